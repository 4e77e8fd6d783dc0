import { type BegunIngestion, beginIngestion } from "../../lib/ai/begin.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type S3 } from "../../lib/resources.ts";
import { publicWeb } from "../../lib/web/retrieve.ts";

/**
 * Begins an ingestion: lists what is in the source and answers the batches to be done. The first step of the flow
 * f/api/ai/ingest_documents, which is what to call; by itself it changes nothing in the index.
 * @param project Name of the project, for example "shop".
 * @param index Name of the index, made with ensure_index.
 * @param source Name under which the index knows this source, for example "handbook".
 * @param spec Where the documents come from; see the flow.
 * @param mode `replace`: the source lists all of its documents, others of it are taken out. `add`: others stay.
 * @param maxCostUsd The most that embedding may cost, in US dollars; -1 for no limit.
 * @param db The server's Postgres.
 * @param storage The object store, for a source of files.
 */
export async function main(
  project: string,
  index: string,
  source: string,
  spec: {
    kind: "documents" | "urls" | "sitemap" | "storage" | "table";
    documents?: {
      id: string;
      text?: string;
      base64?: string;
      mediaType?: string;
      title?: string;
      url?: string;
      tenant?: string;
      metadata?: object;
    }[];
    urls?: string[];
    url?: string;
    maxPages?: number;
    under?: string;
    table?: string;
    key?: string;
    text?: string[];
    title?: string;
    tenant?: string;
  },
  mode: "replace" | "add" = "replace",
  maxCostUsd = -1,
  db: Postgresql = "$res:f/infra/postgres",
  storage: S3 = "$res:f/infra/storage",
): Promise<BegunIngestion> {
  const asked = { project, index, source, spec, mode, maxCostUsd: maxCostUsd === -1 ? undefined : maxCostUsd };
  const ports = { web: publicWeb(), storage: () => resource(storage) };
  return withPostgres(await resource(db), (sql) => beginIngestion({ sql, ...ports }, asked));
}
