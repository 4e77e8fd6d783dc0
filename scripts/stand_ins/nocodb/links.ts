import { identifier } from "../../../f/lib/postgres/quote.ts";
import type { columnsOf } from "./columns.ts";
import { newColumn } from "./columns.ts";
import type { Column, LinkOptions, Source, Table } from "./metadata.ts";
import { badBody, missing, unsupported } from "./refused.ts";
import { newId, now, type Store } from "./store.ts";

/** As NocoDB titles the other side of a link to many. */
const plural = (title: string): string => (title.endsWith("s") ? title : `${title}s`);

/**
 * Links between two tables, with the column or the table between them that holds them. In an external database they are
 * foreign keys, in NocoDB's own they are not.
 */
export function linksOf(store: Store, columns: ReturnType<typeof columnsOf>) {
  const keyOf = (table: Table): Column => {
    const key = columns.of(table.id).find(({ pk }) => pk);
    if (!key) throw badBody("The table has no primary key");
    return key;
  };
  const place = (source: Source) => ({ ...store.place(source), real: !source.is_meta });
  /** A title that the table does not have yet: the given one, or the first free with a number behind it. */
  const free = (table: Table, wanted: string, of: "title" | "column_name"): string => {
    const taken = new Set(columns.of(table.id).map((one) => one[of]));
    for (let n = 0; ; n++) if (!taken.has(n ? `${wanted}${n}` : wanted)) return n ? `${wanted}${n}` : wanted;
  };
  const freeTable = (base: string, wanted: string): string => {
    const taken = new Set(
      store
        .all("table")
        .filter((one) => one.base_id === base)
        .map((one) => one.table_name),
    );
    for (let n = 0; ; n++) if (!taken.has(n ? `${wanted}${n}` : wanted)) return n ? `${wanted}${n}` : wanted;
  };
  const index = () => `fk_${newId("")}`;
  const reference = (schema: string, column: string, to: Table, name: string) =>
    `constraint ${identifier(name)} foreign key (${identifier(column)}) references ${identifier(schema)}.${identifier(to.table_name)} (${identifier(keyOf(to).column_name as string)})`;
  const linkColumn = (
    table: Table,
    title: string,
    uidt: string,
    options: LinkOptions,
    system: boolean | null = null,
  ): Column => ({
    ...newColumn(table, { title, uidt }, Math.max(0, ...columns.of(table.id).map(({ order }) => order)) + 1),
    ...{ colOptions: options, system },
  });

  const hasMany = async (
    source: Source,
    table: Table,
    child: Table,
    given: { title: string; uidt: string; type: "hm" | "oo" },
  ) => {
    const { pool, schema, real } = place(source);
    const column_name = free(child, `${table.table_name}_id`, "column_name");
    const order = Math.max(0, ...columns.of(child.id).map((one) => one.order)) + 1;
    const key = newColumn(child, { title: free(child, column_name, "title"), column_name, uidt: "ForeignKey" }, order);
    key.unique = given.type === "oo";
    const name = index();
    const to = columns.nameOf(source, child);
    await pool.query(
      [
        `alter table ${to} add column ${columns.definition(key)}`,
        `create index ${identifier(index())} on ${to} (${identifier(column_name)})`,
        ...(given.type === "oo"
          ? [`alter table ${to} add constraint ${identifier(`uk_${newId("")}`)} unique (${identifier(column_name)})`]
          : []),
        ...(real ? [`alter table ${to} add ${reference(schema, column_name, table, name)}`] : []),
      ].join(";\n"),
    );
    const options: LinkOptions = {
      ...{
        type: given.type,
        fk_related_model_id: child.id,
        fk_child_column_id: key.id,
        fk_parent_column_id: keyOf(table).id,
      },
      ...{ fk_mm_model_id: null, fk_mm_child_column_id: null, fk_mm_parent_column_id: null },
      ...{ fk_index_name: real ? name : null, virtual: !real },
    };
    await store.put("column", key);
    const made = linkColumn(table, given.title, given.uidt, options);
    await store.put("column", made);
    const back: LinkOptions = { ...options, type: given.type === "oo" ? "oo" : "bt", fk_related_model_id: table.id };
    const other = linkColumn(
      child,
      free(child, table.title, "title"),
      "LinkToAnotherRecord",
      back,
      table.id === child.id,
    );
    if (given.type === "oo") other.meta = { bt: true };
    await store.put("column", other);
    return made;
  };

  const manyToMany = async (source: Source, table: Table, other: Table, given: { title: string; uidt: string }) => {
    const { pool, schema, real } = place(source);
    const table_name = freeTable(table.base_id, `_nc_m2m_${table.table_name}_${other.table_name}`.slice(0, 55));
    const junction: Table = {
      ...{ id: newId("m"), base_id: table.base_id, source_id: source.id, table_name, title: table_name },
      ...{ description: null, mm: true, created_at: now() },
    };
    const child = newColumn(
      junction,
      { title: `${other.table_name}_id`, column_name: `${other.table_name}_id`, uidt: "ForeignKey" },
      1,
    );
    const own = other.id === table.id ? `${table.table_name}1_id` : `${table.table_name}_id`;
    const parent = newColumn(junction, { title: own, column_name: own, uidt: "ForeignKey" }, 2);
    for (const key of [child, parent]) Object.assign(key, { pk: true, rqd: true });
    const name = columns.nameOf(source, junction);
    const [a, b] = [child.column_name as string, parent.column_name as string];
    const parts = [
      `${identifier(a)} integer not null, ${identifier(b)} integer not null, primary key (${identifier(a)}, ${identifier(b)})`,
      ...(real ? [reference(schema, a, other, index()), reference(schema, b, table, index())] : []),
    ];
    await pool.query(
      [
        `create table ${name} (${parts.join(", ")})`,
        ...[a, b].map((one) => `create index ${identifier(index())} on ${name} (${identifier(one)})`),
      ].join(";\n"),
    );
    await store.put("table", junction);
    await store.put("column", child, parent);
    const options: LinkOptions = {
      ...{
        type: "mm",
        fk_related_model_id: other.id,
        fk_child_column_id: keyOf(table).id,
        fk_parent_column_id: keyOf(other).id,
      },
      ...{ fk_mm_model_id: junction.id, fk_mm_child_column_id: parent.id, fk_mm_parent_column_id: child.id },
      ...{ fk_index_name: null, virtual: !real },
    };
    const made = linkColumn(table, given.title, given.uidt, options);
    await store.put("column", made);
    const back: LinkOptions = {
      ...{
        ...options,
        fk_related_model_id: table.id,
        fk_child_column_id: keyOf(other).id,
        fk_parent_column_id: keyOf(table).id,
      },
      ...{ fk_mm_child_column_id: child.id, fk_mm_parent_column_id: parent.id },
    };
    await store.put(
      "column",
      linkColumn(other, free(other, plural(table.title), "title"), given.uidt, back, other.id === table.id),
    );
    return made;
  };

  return {
    keyOf,
    async create(
      source: Source,
      table: Table,
      given: { title: string; type: string; relation: string; related: string },
    ): Promise<Column> {
      const related = store.find("table", given.related);
      if (!related) throw missing("Table", String(given.related));
      if (related.source_id !== source.id) throw unsupported("links to another database");
      const { title, relation } = given;
      if (columns.of(table.id).some((one) => one.title === title)) throw badBody(`Duplicate column alias '${title}'`);
      if (relation === "mm") return manyToMany(source, table, related, { title, uidt: given.type });
      if (relation === "hm") return hasMany(source, table, related, { title, uidt: given.type, type: "hm" });
      if (relation === "oo") return hasMany(source, table, related, { title, uidt: "LinkToAnotherRecord", type: "oo" });
      throw unsupported(`links of type ${relation}`);
    },
  };
}
