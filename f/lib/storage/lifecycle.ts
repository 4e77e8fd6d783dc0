import { isDeepStrictEqual } from "node:util";
import { PreconditionError } from "../errors.ts";
import { folderOf, projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { request, type StoragePorts, unlessRefused } from "./client.ts";
import { purge } from "./deletion.ts";
import { findStorage, type ProjectStorage, type StorageLimits, storageFor, storagePath } from "./project.ts";

/*
 * What happens to a project's storage as a whole. Of these only `ensureStorage` takes the project's lease: the others are
 * steps of work whose caller holds it. Each may be run again after a kill at any line.
 */

export type ProjectStoragePorts = StoragePorts & { workspace: Workspace };

export type EnsuredStorage = Omit<ProjectStorage, "locked"> & {
  project: string;
  bucket: string;
  resource: string;
  status: "created" | "updated" | "unchanged";
};

/** `provideStorage` under the project's lease, with an audit row. */
export function ensureStorage(
  { sql, ...ports }: ProjectStoragePorts & { sql: Sql },
  project: string,
  limits: StorageLimits,
): Promise<EnsuredStorage> {
  const asked = { project: projectName(project), ...limits };
  return operate({ sql, verb: "infra/storage/ensure_storage", project: asked.project, arguments: asked }, () =>
    provideStorage(ports, project, limits),
  );
}

/**
 * Lets a project keep files below its prefix of the bucket, within limits; one that was locked is opened again.
 * Throws InvalidInput for limits that are none, Precondition when there is no bucket.
 */
export async function provideStorage(
  { workspace, ...ports }: ProjectStoragePorts,
  project: string,
  limits: StorageLimits = {},
): Promise<EnsuredStorage> {
  const wanted = storageFor(project, limits);
  await requireBucket(ports);
  const found = await findStorage(workspace, project);
  const resource = storagePath(project);
  if (!isDeepStrictEqual(found, wanted)) {
    await workspace.ensureFolder(folderOf(project));
    await workspace.setResource(resource, "run8n_storage", wanted);
  }
  const { locked: _open, ...told } = wanted;
  const status = !found ? "created" : isDeepStrictEqual(found, wanted) ? "unchanged" : "updated";
  return { project: projectName(project), bucket: ports.s3.bucket, resource, ...told, status };
}

/** How the project's storage compares with what it should be; changes nothing. */
export async function inspectStorage(
  { workspace }: Pick<ProjectStoragePorts, "workspace">,
  project: string,
  limits: StorageLimits = {},
): Promise<"absent" | "locked" | "different" | "right"> {
  const found = await findStorage(workspace, project);
  if (!found) return "absent";
  if (found.locked) return "locked";
  return isDeepStrictEqual(found, storageFor(project, limits)) ? "right" : "different";
}

/** Gives out no URL any more; files stay, and URLs that are out end within six hours. */
export async function lockStorage({ workspace }: Pick<ProjectStoragePorts, "workspace">, project: string) {
  const found = await findStorage(workspace, project);
  if (!found || found.locked) return;
  await workspace.setResource(storagePath(project), "run8n_storage", { ...found, locked: true });
}

/** Deletes all files of the project for good, every version of them, and what Windmill keeps of its storage. */
export async function removeStorage(
  { workspace, ...ports }: ProjectStoragePorts,
  project: string,
): Promise<{ versions: number; uploads: number }> {
  await lockStorage({ workspace }, project); // first: no new files while the old ones go
  const removed = await purge(ports, storageFor(project).prefix);
  await workspace.deleteResource(storagePath(project));
  return removed;
}

async function requireBucket(ports: StoragePorts): Promise<void> {
  if (await unlessRefused(["NotFound"], request(ports, { method: "HEAD" }))) return;
  throw new PreconditionError(`There is no bucket ${ports.s3.bucket} yet`, {
    hint: "Run f/infra/storage/ensure_bucket first.",
    details: { bucket: ports.s3.bucket },
  });
}
