import { identifier } from "../../../f/lib/postgres/quote.ts";
import type { columnsOf } from "./columns.ts";
import { formulaSql } from "./formula.ts";
import type { linksOf } from "./links.ts";
import type { Column, LinkOptions, Source, Table } from "./metadata.ts";
import { unsupported } from "./refused.ts";
import type { Store } from "./store.ts";

const AGGREGATES: Record<string, string> = {
  ...{ count: "count(%)", sum: "coalesce(sum(%), 0)", avg: "avg(%)", min: "min(%)", max: "max(%)" },
  ...{ countDistinct: "count(distinct %)", sumDistinct: "sum(distinct %)", avgDistinct: "avg(distinct %)" },
};

/** What a field's value is in SQL, for a row of its table that goes by an alias. */
export function expressionsOf(store: Store, columns: ReturnType<typeof columnsOf>, links: ReturnType<typeof linksOf>) {
  let aliases = 0;
  const nameOf = (table: Table): string => columns.nameOf(store.find("source", table.source_id) as Source, table);
  const physical = (alias: string, column: Column) => `${alias}.${identifier(column.column_name as string)}`;
  const columnAt = (id: string | null | undefined): Column => store.find("column", id ?? "") as Column;
  const tableAt = (id: string | null | undefined): Table => store.find("table", id ?? "") as Table;

  /** The rows that a link leads to, as `from ... where ...` with the alias they go by. */
  const linked = (alias: string, link: Column): { from: string; to: string; table: Table; many: boolean } => {
    const options = link.colOptions as LinkOptions;
    const table = tableAt(options.fk_related_model_id);
    const to = `l${++aliases}`;
    const child = columnAt(options.fk_child_column_id);
    const parent = columnAt(options.fk_parent_column_id);
    if (options.type === "mm") {
      const between = `j${aliases}`;
      const own = columnAt(options.fk_mm_child_column_id);
      const other = columnAt(options.fk_mm_parent_column_id);
      const from = `from ${nameOf(table)} ${to} join ${nameOf(tableAt(options.fk_mm_model_id))} ${between}
        on ${physical(between, other)} = ${physical(to, parent)} where ${physical(between, own)} = ${physical(alias, child)}`;
      return { from, to, table, many: true };
    }
    const outward = options.type === "bt" || (options.type === "oo" && link.meta.bt === true);
    const condition = outward
      ? `${physical(to, parent)} = ${physical(alias, child)}`
      : `${physical(to, child)} = ${physical(alias, parent)}`;
    return { from: `from ${nameOf(table)} ${to} where ${condition}`, to, table, many: options.type === "hm" };
  };
  const ordered = (to: string, table: Table) => `order by ${physical(to, links.keyOf(table))}`;

  /** Linked records as NocoDB nests them: their key and the field they are shown by. */
  const nested = (alias: string, link: Column): string => {
    const { from, to, table, many } = linked(alias, link);
    const key = links.keyOf(table);
    const display = columns.of(table.id).find(({ pv }) => pv) ?? key;
    const shown = `json_build_object('key', ${physical(to, key)}, 'title', ${value(to, display)})`;
    return many
      ? `(select coalesce(json_agg(${shown} ${ordered(to, table)}), '[]') ${from})`
      : `(select ${shown} ${from} limit 1)`;
  };
  const value = (alias: string, column: Column): string => {
    const options = column.colOptions ?? {};
    switch (column.uidt) {
      case "Links": {
        const { from } = linked(alias, column);
        return `(select count(*)::int ${from})`;
      }
      case "LinkToAnotherRecord":
        return nested(alias, column);
      case "Lookup": {
        const { from, to, table, many } = linked(alias, columnAt(options.fk_relation_column_id));
        const target = value(to, columnAt(options.fk_lookup_column_id));
        return many
          ? `(select coalesce(json_agg(${target} ${ordered(to, table)}), '[]') ${from})`
          : `(select ${target} ${from} limit 1)`;
      }
      case "Rollup": {
        const { from, to } = linked(alias, columnAt(options.fk_relation_column_id));
        const aggregate = AGGREGATES[options.rollup_function ?? ""];
        if (!aggregate) throw unsupported(`the rollup function ${options.rollup_function}`);
        return `(select ${aggregate.replace("%", value(to, columnAt(options.fk_rollup_column_id)))} ${from})`;
      }
      case "Formula":
        return formulaSql(options.formula as string, (id) => value(alias, columnAt(id)));
      default:
        return physical(alias, column);
    }
  };
  return { value, nested, nameOf, physical };
}
