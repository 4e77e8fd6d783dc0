import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Caddy, type Postgresql, resource, type S3 } from "../../lib/resources.ts";
import { ensureBucket } from "../../lib/storage/bucket.ts";
import { pageOrigins } from "../../lib/storage/origins.ts";

/**
 * Makes the bucket for uploaded files exist: closed to the public, with versions, with unfinished uploads removed after
 * two days, and open to uploads from the pages of all projects. Run it again after a project got a domain of its own;
 * `status` is `unchanged` when nothing had to be put right, else `changed` says what.
 * @param keepDeletedDays How long a file that was replaced or deleted can be brought back, 1 to 3650 days.
 * @param origins Further origins whose pages may send files, for example "https://www.example.com".
 * @param storage The object store, with keys that may create and configure buckets.
 * @param caddy The edge proxy, whose domain the pages of projects are below.
 * @param db The server's Postgres, which keeps the record of the domains that projects have.
 */
export async function main(
  keepDeletedDays = 30,
  origins: string[] = [],
  storage: S3 = "$res:f/infra/storage",
  caddy: Caddy = "$res:f/infra/caddy",
  db: Postgresql = "$res:f/infra/postgres",
) {
  const [s3, edge] = [await resource(storage), await resource(caddy)];
  return withPostgres(await resource(db), async (sql) => {
    const all = [...new Set([...(await pageOrigins(sql, edge)), ...(origins ?? [])])];
    return ensureBucket({ sql, s3 }, { origins: all, keepDeletedDays: keepDeletedDays ?? 30 });
  });
}
