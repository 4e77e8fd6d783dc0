import {
  FolderService,
  getResource,
  getVariable,
  ResourceService,
  setResource,
  setVariable,
  VariableService,
} from "windmill-client";

/**
 * What we keep in Windmill for a project: generated secrets as secret variables and connections as resources, in the
 * project's own folder. Verbs take this as an argument so that their tests need no Windmill.
 */
export type Workspace = {
  ensureFolder(path: string): Promise<void>;
  getSecret(path: string): Promise<string | undefined>;
  setSecret(path: string, value: string, description: string): Promise<void>;
  deleteSecret(path: string): Promise<void>;
  getResource(path: string): Promise<unknown>;
  setResource(path: string, type: string, value: Record<string, unknown>): Promise<void>;
  deleteResource(path: string): Promise<void>;
};

/** The workspace that the running job belongs to, with the job's own permissions. */
export function jobWorkspace(): Workspace {
  const workspace = process.env.WM_WORKSPACE ?? "";
  return {
    async ensureFolder(path) {
      const name = path.replace(/^f\//, "");
      const exists = await FolderService.existsFolder({ workspace, name });
      if (!exists) await FolderService.createFolder({ workspace, requestBody: { name } });
    },
    async getSecret(path) {
      const exists = await VariableService.existsVariable({ workspace, path });
      return exists ? await getVariable(path) : undefined;
    },
    setSecret: (path, value, description) => setVariable(path, value, true, description),
    async deleteSecret(path) {
      if (await VariableService.existsVariable({ workspace, path }))
        await VariableService.deleteVariable({ workspace, path });
    },
    async getResource(path) {
      return (await ResourceService.existsResource({ workspace, path })) ? await getResource(path) : undefined;
    },
    setResource: (path, type, value) => setResource(value, path, type),
    async deleteResource(path) {
      if (await ResourceService.existsResource({ workspace, path }))
        await ResourceService.deleteResource({ workspace, path });
    },
  };
}
