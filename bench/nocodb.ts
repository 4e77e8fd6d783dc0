import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyTables } from "../f/lib/nocodb/apply_tables.ts";
import type { Storage } from "../f/lib/nocodb/base.ts";
import { requireBase } from "../f/lib/nocodb/base.ts";
import { type Nocodb, openNocodb, path } from "../f/lib/nocodb/client.ts";
import { ensureBase } from "../f/lib/nocodb/ensure_base.ts";
import { withPostgres } from "../f/lib/postgres/connect.ts";
import { ensureSchema } from "../f/lib/postgres/ensure_schema.ts";
import type { NocodbValue, PostgresqlValue } from "../f/lib/resources.ts";
import { ADMIN, newToken } from "../tests/support/nocodb_admin.ts";
import { realNocodb } from "../tests/support/real_nocodb.ts";
import { startStandIn } from "../tests/support/stand_in.ts";
import { memoryWorkspace } from "../tests/support/workspace.ts";
import { withServers } from "./servers.ts";

export const PROJECT = "bench";

export type NocodbBench = {
  db: PostgresqlValue;
  nocodb: Nocodb;
  /** Which NocoDB it is, as a case says it. */
  name: string;
  /** Makes tables of the project's base, from definitions. */
  tables(definitions: object[]): Promise<void>;
};

/**
 * A project with a base in NocoDB: the real one by NOCODB_URL and NOCODB_TOKEN, or installed in the folder RUN8N_NOCODB,
 * else the stand-in. The base is gone afterwards.
 */
export function withNocodb<T>(storage: Storage, work: (bench: NocodbBench) => Promise<T>): Promise<T> {
  return withServers(async ({ db }) => {
    const dir = mkdtempSync(join(tmpdir(), "run8n-bench-nocodb-"));
    const { value, name, stop } = await startNocodb(dir, db);
    const nocodb = openNocodb(value);
    try {
      const workspace = memoryWorkspace();
      await withPostgres(db, async (sql) => {
        await ensureSchema({ sql, db, workspace }, PROJECT);
        await ensureBase({ sql, workspace, nocodb }, { project: PROJECT, storage });
      });
      const tables = (definitions: object[]) =>
        withPostgres(
          db,
          async (sql) => void (await applyTables({ sql, nocodb }, { project: PROJECT, tables: definitions })),
        );
      const result = await work({ db, nocodb, name, tables });
      await nocodb.delete(path`/api/v3/meta/bases/${(await requireBase(nocodb, PROJECT)).id}`);
      return result;
    } finally {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });
}

async function startNocodb(
  dir: string,
  db: PostgresqlValue,
): Promise<{ value: NocodbValue; name: string; stop: () => Promise<unknown> }> {
  const real = await realNocodb(dir, db);
  if (real) {
    return {
      value: real.value,
      name: "the real NocoDB",
      stop: () => Promise.all(real.running.map((one) => one.stop())),
    };
  }
  const NC_DB = `pg://${db.host}:${db.port}?u=${db.user}&p=${db.password}&d=nocodb`;
  const env = { NC_DB, NC_ADMIN_EMAIL: ADMIN.email, NC_ADMIN_PASSWORD: ADMIN.password };
  const standIn = await startStandIn({ service: "nocodb", healthPath: "/api/v1/health", env });
  const value = { url: standIn.url, token: await newToken(standIn.url), ...ADMIN, database: "nocodb" };
  return { value, name: "stand-in", stop: () => standIn.remove() };
}
