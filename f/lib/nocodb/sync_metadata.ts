import { setTimeout as sleep } from "node:timers/promises";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { type Base, requireBase } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import { type Difference, metadataDrift } from "./drift/metadata.ts";
import { readTables } from "./metadata.ts";
import { readLive } from "./snapshot/live.ts";

export type SyncedMetadata = {
  project: string;
  status: "updated" | "unchanged";
  /** What NocoDB did not have as it stands, and has now. */
  mended: Difference[];
  /** What still differs after a minute. */
  remaining: Difference[];
};

type Ports = { sql: Sql; nocodb: Nocodb; onTables: <T>(base: Base, work: (sql: Sql) => Promise<T>) => Promise<T> };

const PATIENCE_MS = 60_000;

/**
 * Lets NocoDB take over what stands in Postgres, after migrations or anything else has changed it: new tables and columns
 * appear, gone ones go, changed types are noted. Postgres is not touched. Throws NotFound for a project without a base,
 * Upstream when the resource has no login that may do it.
 */
export async function syncMetadata({ sql, nocodb, onTables }: Ports, name: string): Promise<SyncedMetadata> {
  const base = await requireBase(nocodb, name);
  const { project } = base;
  const compare = async () => {
    const tables = await readTables(nocodb, base, { between: true });
    return onTables(base, async (own) => metadataDrift(await readLive(own, base.schema), tables));
  };
  return operate(
    { sql, verb: "infra/nocodb/sync_metadata", project, arguments: { project }, leaseSeconds: 300 },
    async () => {
      const before = await compare();
      if (before.length === 0) return { project, status: "unchanged", mended: [], remaining: [] };
      const admin = await nocodb.asAdmin();
      await admin.post(path`/api/v2/meta/bases/${base.id}/meta-diff/${base.sourceId}`, {});
      const deadline = Date.now() + PATIENCE_MS;
      let after = await compare();
      // It works in the background, and says nothing of how far it is.
      while (after.length > 0 && Date.now() < deadline) {
        await sleep(300);
        after = await compare();
      }
      const remains = (one: Difference) => after.some(({ what, detail }) => what === one.what && detail === one.detail);
      return { project, status: "updated", mended: before.filter((one) => !remains(one)), remaining: after };
    },
  );
}
