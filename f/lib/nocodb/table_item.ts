import { RELATIONS, type Relation } from "./field_types.ts";
import { type Column, isLink, type Table } from "./metadata.ts";
import { choicesOf, defaultOf } from "./plan.ts";

/** A field as verbs answer it; what does not apply is left out. */
export type FieldItem = {
  id: string;
  title: string;
  /** Its column in Postgres; null when it is computed. */
  name: string | null;
  type: string;
  required?: true;
  unique?: true;
  default?: string;
  choices?: string[];
  table?: string;
  relation?: Relation | "belongs_to";
  formula?: string;
};
export type TableItem = { id: string; title: string; name: string; fields: FieldItem[] };

/** A table without what NocoDB keeps for itself. `titleOf` names the tables that links lead to. */
export const describeTable = (
  { id, title, table_name, columns }: Table,
  titleOf: (tableId: string) => string | undefined,
): TableItem => ({
  ...{ id, title, name: table_name },
  fields: columns.filter((one) => !one.system && one.uidt !== "ForeignKey").map((one) => describeField(one, titleOf)),
});

export function describeField(column: Column, titleOf: (tableId: string) => string | undefined): FieldItem {
  const { id, title, column_name, uidt, rqd, unique, pk, colOptions = {} } = column;
  const value = pk ? undefined : defaultOf(column);
  const relation = Object.entries(RELATIONS).find(([, type]) => type === colOptions.type)?.[0] as Relation | undefined;
  return {
    ...{ id, title, name: column_name, type: uidt },
    ...(rqd && !pk ? { required: true as const } : {}),
    ...(unique ? { unique: true as const } : {}),
    ...(value === undefined ? {} : { default: value }),
    ...(colOptions.options ? { choices: choicesOf(column) } : {}),
    ...(isLink(column)
      ? { table: titleOf(colOptions.fk_related_model_id ?? ""), relation: relation ?? ("belongs_to" as const) }
      : {}),
    ...(colOptions.formula_raw === undefined ? {} : { formula: colOptions.formula_raw }),
  };
}
