import { OperationError, RateLimitedError } from "../errors.ts";
import { rateLimitKey, type SendCommands, takeFromLimits } from "../redis/rate_limit.ts";
import type { S3Value } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { deleteKeys } from "./deletion.ts";
import { presignDownload } from "./downloads.ts";
import { openStorage } from "./project.ts";
import { fileKey } from "./scope.ts";
import { type NewFile, presignUpload, type Upload } from "./uploads.ts";

/** What the routes that serve an app's users need. */
export type ServePorts = { s3: S3Value; workspace: Pick<Workspace, "getResource">; redis: SendCommands };

type Asking = { project: string; scope: string; userId: string };

const PER_MINUTE = { upload: 60, file: 600 };

/** URLs for a new file of a user. Throws RateLimited for more than one a second over a minute; see presignUpload. */
export async function serveUpload(ports: ServePorts, { project, ...file }: Asking & NewFile): Promise<Upload> {
  const storage = await openStorage(ports.workspace, project);
  await limit(ports.redis, project, "upload", file.userId);
  return presignUpload({ s3: ports.s3 }, storage, file);
}

/** A URL for a file of a user. Throws RateLimited for more than ten a second over a minute; see presignDownload. */
export async function serveDownload(ports: ServePorts, { project, ...file }: Asking & { id: string }) {
  const storage = await openStorage(ports.workspace, project);
  await limit(ports.redis, project, "file", file.userId);
  return presignDownload({ s3: ports.s3 }, storage, file);
}

/** Hides a file of a user; the operator can bring it back for as long as the bucket keeps old versions. */
export async function serveDeletion(ports: ServePorts, { project, ...file }: Asking & { id: string }) {
  const { prefix } = await openStorage(ports.workspace, project);
  const key = fileKey(prefix, file);
  await limit(ports.redis, project, "file", file.userId);
  await deleteKeys({ s3: ports.s3 }, [{ key }]);
  return { id: file.id, status: "deleted" as const };
}

/** Without Redis users go on: an uncounted minute does less harm than an app without its files, and the log tells. */
async function limit(send: SendCommands, project: string, what: keyof typeof PER_MINUTE, userId: string) {
  const key = rateLimitKey(project, `storage-${what}`, userId);
  try {
    await takeFromLimits(send, [{ key, limit: PER_MINUTE[what], windowSeconds: 60 }]);
  } catch (error) {
    if (error instanceof RateLimitedError || !(error instanceof OperationError)) throw error;
    console.warn(`not counted against the limits: ${error.message}`);
  }
}
