import { type IngestPlan, planIngest } from "../../lib/ai/plan.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type S3 } from "../../lib/resources.ts";
import { publicWeb } from "../../lib/web/retrieve.ts";

/**
 * Says what ingesting a source would do and cost: documents that are new, changed or gone, chunks, tokens to embed, US
 * dollars. Reads the whole source, changes nothing and asks no model.
 * @param project Name of the project, for example "shop".
 * @param index Name of the index, made with ensure_index.
 * @param source Name under which the index knows this source, for example "handbook".
 * @param spec Where the documents come from, as the flow f/api/ai/ingest_documents takes it.
 * @param db The server's Postgres.
 * @param storage The object store, for a source of files.
 */
export async function main(
  project: string,
  index: string,
  source: string,
  spec: object,
  db: Postgresql = "$res:f/infra/postgres",
  storage: S3 = "$res:f/infra/storage",
): Promise<IngestPlan> {
  return withPostgres(await resource(db), (sql) =>
    planIngest({ sql, web: publicWeb(), storage: () => resource(storage) }, { project, index, source, spec }),
  );
}
