import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type S3 } from "../../lib/resources.ts";
import { deleteFiles } from "../../lib/storage/files.ts";

/**
 * Deletes files of a project. For as long as the bucket keeps old versions they can be brought back in the store. Says only
 * what it would do unless dryRun is false. Answers { project, keys, status }.
 * @param project Name of the project.
 * @param keys The files' keys, as list_files names them, 10000 at most.
 * @param dryRun Only say what would be deleted.
 * @param storage The object store.
 * @param db The server's Postgres, which keeps the lease and the record of what was done.
 */
export async function main(
  project: string,
  keys: string[],
  dryRun = true,
  storage: S3 = "$res:f/infra/storage",
  db: Postgresql = "$res:f/infra/postgres",
) {
  const s3 = await resource(storage);
  return withPostgres(await resource(db), (sql) =>
    deleteFiles({ sql, s3 }, { project, keys, dryRun: dryRun !== false }),
  );
}
