import { ConflictError, InvalidInputError, NotFoundError } from "../errors.ts";
import { describe, folderOf, projectName } from "../names.ts";
import type { Workspace } from "../windmill/workspace.ts";

/** What a project may keep in the bucket; in Windmill as the resource `f/project_<schema>/storage`. */
export type ProjectStorage = {
  /** What all of its keys begin with. No project name has a slash, so none is within another's. */
  prefix: string;
  /** How large one file may be. */
  maxBytes: number;
  /** Media types that users may upload, such as `image/png`, or `image/*`. */
  types: string[];
  /** While it is true nobody gets a URL; what is there stays. */
  locked: boolean;
};

export type StorageLimits = Partial<Pick<ProjectStorage, "maxBytes" | "types">>;

/** What may be kept when nothing is said. */
export const DEFAULTS = {
  maxBytes: 100 * 1024 * 1024,
  types: ["image/*", "video/*", "audio/*", "application/pdf", "text/plain"],
};
export const MAX_BYTES = 50 * 1024 ** 3;
export const TYPE = /^[a-z]+\/(?:\*|[a-z0-9][a-z0-9.+-]{0,99})$/;

export const storagePath = (project: string): string => `${folderOf(project)}/storage`;

/** What the project should have, with defaults filled in. Throws InvalidInput. */
export function storageFor(project: string, limits: StorageLimits = {}): ProjectStorage {
  const { maxBytes, types } = { maxBytes: limits.maxBytes ?? DEFAULTS.maxBytes, types: limits.types ?? DEFAULTS.types };
  if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > MAX_BYTES) {
    throw new InvalidInputError(`maxBytes must be a whole number from 1 to ${MAX_BYTES}; got ${describe(maxBytes)}`, {
      hint: `Leave it out for ${DEFAULTS.maxBytes}.`,
      details: { argument: "maxBytes" },
    });
  }
  if (!Array.isArray(types) || types.length === 0 || types.length > 100 || !types.every((type) => TYPE.test(type))) {
    throw new InvalidInputError('types must be 1 to 100 media types such as "image/png" or "image/*"', {
      hint: `Leave it out for ${DEFAULTS.types.join(", ")}.`,
      details: { argument: "types" },
    });
  }
  return { prefix: `${projectName(project)}/`, maxBytes, types, locked: false };
}

type Reading = Pick<Workspace, "getResource">;

/** What is kept of the project, or nothing when it has no storage. */
export async function findStorage(workspace: Reading, project: string): Promise<ProjectStorage | undefined> {
  return (await workspace.getResource(storagePath(project))) as ProjectStorage | undefined;
}

/** Throws NotFound when the project has no storage, Conflict while it is locked. */
export async function openStorage(workspace: Reading, project: string): Promise<ProjectStorage> {
  const found = await findStorage(workspace, project);
  if (!found) {
    throw new NotFoundError("This project keeps no files", {
      hint: 'Turn storage on with "storage" in run8n.json and apply the project.',
    });
  }
  if (!found.locked) return found;
  throw new ConflictError("This project is closed for now", { hint: "Ask the operator to restore the project." });
}
