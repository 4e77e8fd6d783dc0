import { NotFoundError, PreconditionError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { type Backup, backupTable } from "./backup.ts";
import { type Base, requireBase } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import type { TablePorts } from "./ensure_table.ts";
import { isLink, readTable, tableRows } from "./metadata.ts";

export type DroppedTable = {
  project: string;
  table: string;
  status: "dropped" | "absent";
  /** The copy in `run8n.nocodb_dump` that was taken first. */
  backup?: Backup;
};

/**
 * Drops a table of a project's base after a backup of all its records. Links that led to it go with it. Throws
 * Precondition when `confirm` is not the table, Conflict when it is written to meanwhile.
 */
export async function dropTable(
  { sql, nocodb }: TablePorts,
  { project: name, table: title, confirm }: { project: string; table: string; confirm: string },
): Promise<DroppedTable> {
  if (typeof title !== "string" || confirm !== title)
    throw new PreconditionError("confirm must equal the table that is dropped", {
      hint: "Pass the table a second time, as confirm.",
      details: { argument: "confirm" },
    });
  const base = await requireBase(nocodb, name);
  const { project } = base;
  const logged = { project, table: title };
  return operate({ sql, verb: "infra/nocodb/drop_table", project, arguments: logged, leaseSeconds: 3600 }, async () => {
    const row = (await tableRows(nocodb, base)).find((one) => one.title === title || one.table_name === title);
    if (!row) return { project, table: title, status: "absent" };
    return { project, table: row.title, status: "dropped", backup: await removeTable({ sql, nocodb }, base, row.id) };
  });
}

/** Removes a table after a backup of it, for a caller that has the project's lease. */
export async function removeTable({ sql, nocodb }: TablePorts, base: Base, id: string): Promise<Backup> {
  const whole = await readTable(nocodb, id);
  const backup = await backupTable({ sql, nocodb }, base, whole);
  // A table that others are linked to is refused; each link goes with its other side.
  for (const link of whole.columns.filter((one) => isLink(one) && !one.system))
    await removeField(nocodb, base, link.id);
  await nocodb.delete(path`/api/v3/meta/bases/${base.id}/tables/${id}`);
  return backup;
}

/** A link of a table to itself has both sides there, so the second is gone with the first. */
async function removeField(nocodb: Nocodb, base: Base, id: string): Promise<void> {
  await nocodb.delete(path`/api/v3/meta/bases/${base.id}/fields/${id}`).catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
  });
}
