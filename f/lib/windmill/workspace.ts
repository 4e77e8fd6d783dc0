import { FolderService, ResourceService, VariableService } from "windmill-client";
import { asking } from "./asking.ts";
import { type FolderItem, readFolder, removeFolder } from "./folder.ts";
import { jobSchedules, type Schedule } from "./schedules.ts";

/**
 * What we keep in Windmill for a project: generated secrets as secret variables and connections as resources, in the
 * project's own folder. Verbs take this as an argument so that their tests need no Windmill.
 */
export type Workspace = {
  /** Makes the folder of a path such as `f/project_shop` exist; one that exists is left as it is. */
  ensureFolder(path: string): Promise<void>;
  /** What lies in a folder; nothing when there is no such folder. */
  readFolder(path: string): Promise<{ exists: boolean; items: FolderItem[] }>;
  /** Deletes a folder with everything in it. */
  deleteFolder(path: string): Promise<void>;
  getSecret(path: string): Promise<string | undefined>;
  setSecret(path: string, value: string, description: string): Promise<void>;
  /** Deleting what is not there is done already. */
  deleteSecret(path: string): Promise<void>;
  /** The value as it was stored: references such as `$var:...` are not followed, so no secret comes along. */
  getResource(path: string): Promise<unknown>;
  setResource(path: string, type: string, value: Record<string, unknown>): Promise<void>;
  deleteResource(path: string): Promise<void>;
  getSchedule(path: string): Promise<Schedule | undefined>;
  /** Makes it exist and match. Throws Precondition when there is no such script. */
  setSchedule(schedule: Schedule): Promise<void>;
  /** Lets it start nothing any more, until it is set again. */
  pauseSchedule(path: string): Promise<void>;
  deleteSchedule(path: string): Promise<void>;
};

/**
 * The workspace that the running job belongs to, with the job's own permissions. Base URL and token come from the
 * job's environment, which windmill-client reads when it is loaded.
 */
export function jobWorkspace(): Workspace {
  const workspace = process.env.WM_WORKSPACE ?? "";
  const secretExists = (path: string) =>
    asking("look for", path, () => VariableService.existsVariable({ workspace, path }));
  const resourceExists = (path: string) =>
    asking("look for", path, () => ResourceService.existsResource({ workspace, path }));
  return {
    async ensureFolder(path) {
      const name = path.replace(/^f\//, "");
      const exists = await asking("look for", path, () => FolderService.existsFolder({ workspace, name }));
      if (!exists) await asking("create", path, () => FolderService.createFolder({ workspace, requestBody: { name } }));
    },
    readFolder: (path) => readFolder(workspace, path),
    deleteFolder: (path) => removeFolder(workspace, path),
    async getSecret(path) {
      if (!(await secretExists(path))) return undefined;
      return asking("read", path, () => VariableService.getVariableValue({ workspace, path }));
    },
    async setSecret(path, value, description) {
      const requestBody = { path, value, description, is_secret: true };
      if (await secretExists(path)) {
        await asking("update", path, () => VariableService.updateVariable({ workspace, path, requestBody }));
      } else {
        await asking("create", path, () => VariableService.createVariable({ workspace, requestBody }));
      }
    },
    async deleteSecret(path) {
      if (await secretExists(path))
        await asking("delete", path, () => VariableService.deleteVariable({ workspace, path }));
    },
    async getResource(path) {
      if (!(await resourceExists(path))) return undefined;
      return asking("read", path, () => ResourceService.getResourceValue({ workspace, path }));
    },
    async setResource(path, type, value) {
      const requestBody = { path, value, resource_type: type };
      await asking("write", path, () =>
        ResourceService.createResource({ workspace, requestBody, updateIfExists: true }),
      );
    },
    async deleteResource(path) {
      if (await resourceExists(path))
        await asking("delete", path, () => ResourceService.deleteResource({ workspace, path }));
    },
    ...jobSchedules(workspace),
  };
}
