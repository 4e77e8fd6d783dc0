import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type S3 } from "../../lib/resources.ts";
import { type EnsuredStorage, ensureStorage } from "../../lib/storage/lifecycle.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Lets the users of a project's app keep files: below the project's own prefix of the bucket, up to a size and of the types
 * given. The limits are kept as the resource `storage` in the project's folder. Run it again to change them; `status` is
 * `unchanged` when nothing had to be.
 * @param project Name of the project, for example "shop".
 * @param maxBytes How large one file may be, in bytes; without it 104857600 (100 MiB).
 * @param types Media types that users may upload, such as ["image/*", "application/pdf"]; without it images, video, audio,
 * PDF and plain text.
 * @param storage The object store, whose bucket must exist (f/infra/storage/ensure_bucket).
 * @param db The server's Postgres, which keeps the lease and the record of what was done.
 */
export async function main(
  project: string,
  maxBytes?: number,
  types?: string[],
  storage: S3 = "$res:f/infra/storage",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredStorage> {
  const s3 = await resource(storage);
  const limits = { ...(maxBytes ? { maxBytes } : {}), ...(types?.length ? { types } : {}) };
  return withPostgres(await resource(db), (sql) =>
    ensureStorage({ sql, s3, workspace: jobWorkspace() }, project, limits),
  );
}
