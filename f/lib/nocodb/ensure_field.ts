import { operate } from "../operations/operate.ts";
import { requireBase } from "./base.ts";
import { fieldDefinition } from "./definition.ts";
import { converge, type EnsuredTable, type TablePorts } from "./ensure_table.ts";
import { requireTable } from "./metadata.ts";
import type { FieldItem } from "./table_item.ts";

export type EnsuredField = Omit<EnsuredTable, "table"> & { table: string; field: FieldItem };

type Asked = { project: string; table: string; definition: unknown; confirm?: string | null };

/** Makes one field of a table exist as defined and leaves the others alone; see ensureTable, also for what it throws. */
export async function ensureField({ sql, nocodb }: TablePorts, asked: Asked): Promise<EnsuredField> {
  const field = fieldDefinition(asked.definition);
  const base = await requireBase(nocodb, asked.project);
  const { project } = base;
  const { title, table_name } = await requireTable(nocodb, base, asked.table);
  const logged = { project, table: title, field: field.title };
  return operate(
    { sql, verb: "infra/nocodb/ensure_field", project, arguments: logged, leaseSeconds: 600 },
    async () => {
      const definition = { title, name: table_name, fields: [field] };
      const options = { removeFields: false, confirmed: asked.confirm === field.title, keep: "silently" as const };
      const { table, ...ensured } = await converge({ sql, nocodb }, base, definition, options);
      const found = table.fields.find((one) => one.name === field.name || one.title === field.title);
      return { ...ensured, table: table.title, field: found as FieldItem };
    },
  );
}
