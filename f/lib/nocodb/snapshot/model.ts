import type { Live, LiveColumn, LiveIndex, LiveKey, LiveTable } from "./live.ts";
import { fieldName, modelName, namesApart, valueName } from "./names.ts";
import type { Overlay } from "./overlay.ts";
import { prismaDefault, prismaType } from "./types.ts";

/** A schema as Prisma is told of it. */
export type Model = {
  name: string;
  table: LiveTable;
  fields: Field[];
  relations: Relation[];
};
export type Field = {
  name: string;
  column: LiveColumn;
  scalar: string;
  native?: string;
  default?: string;
};
export type Relation = {
  name: string;
  /** The model on the other side. */
  to: string;
  kind: "one" | "optional" | "many";
  /** Where two models are related more than once, what both sides call it. */
  label?: string;
  /** On the side that holds the key. */
  key?: { fields: string[]; references: string[]; foreignKey: LiveKey };
};
export type Enum = { name: string; type: string; values: { name: string; value: string }[]; made: boolean };

export type Schema = { models: Model[]; enums: Enum[]; choices: Choice[]; madeKeys: MadeKey[] };
/** A text column that becomes an enum, and a column that becomes a foreign key: what comes after the baseline. */
export type Choice = { table: string; column: LiveColumn; enum: Enum };
export type MadeKey = { table: string; key: LiveKey };

/** Puts what Postgres and NocoDB know together. Everything is in the order of names, so the same base gives the same text. */
export function schemaOf(live: Live, overlay: Overlay): Schema {
  const apart = namesApart();
  const modelNames = new Map(live.tables.map(({ name }) => [name, apart(modelName(name))]));
  const enums: Enum[] = live.enums.map(({ name, values }) =>
    enumOf(apart(modelName(name, "Enum")), name, values, false),
  );
  const types = namesApart([...live.enums, ...live.tables].map(({ name }) => name));
  const choices = live.tables.flatMap((table) =>
    table.columns.flatMap((column): Choice[] => {
      const values = overlay.choices.get(`${table.name}.${column.name}`);
      if (!values?.length) return [];
      const type = types(`${table.name}_${column.name}`.slice(0, 60));
      const name = apart(`${modelNames.get(table.name)}${modelName(column.name, "Field")}`);
      return [{ table: table.name, column, enum: enumOf(name, type, values, true) }];
    }),
  );
  const madeKeys = keysToMake(live, overlay);
  const models = live.tables.map((table): Model => {
    const free = namesApart();
    const fields = table.columns.map((column) =>
      fieldOf(
        free(fieldName(column.name)),
        column,
        enums,
        choices.find((one) => one.table === table.name && one.column === column)?.enum,
      ),
    );
    return { name: modelNames.get(table.name) as string, table, fields, relations: [] };
  });
  relate(models, overlay, madeKeys);
  return { models, enums: [...enums, ...choices.map((one) => one.enum)], choices, madeKeys };
}

function enumOf(name: string, type: string, values: string[], made: boolean): Enum {
  const apart = namesApart();
  return { name, type, made, values: values.map((value) => ({ name: apart(valueName(value)), value })) };
}

function fieldOf(name: string, column: LiveColumn, enums: Enum[], choice: Enum | undefined): Field {
  const kind = choice ?? enums.find(({ type }) => type === column.enum);
  const { scalar, native } = kind ? { scalar: kind.name, native: undefined } : prismaType(column);
  const nameOfValue = kind && ((value: string) => kind.values.find((one) => one.value === value)?.name);
  const value = prismaDefault(column, scalar, nameOfValue);
  return { name, column, scalar, ...(native ? { native } : {}), ...(value === undefined ? {} : { default: value }) };
}

/** Links that only NocoDB keeps become foreign keys, with what Prisma does by default when a record goes. */
function keysToMake(live: Live, { links }: Overlay): MadeKey[] {
  return links.flatMap(({ table, column, references, key, between }): MadeKey[] => {
    const child = live.tables.find(({ name }) => name === table);
    const found = child?.columns.find(({ name }) => name === column);
    const parent = live.tables.find(({ name }) => name === references);
    if (!child || !found || !parent) return [];
    if (child.foreignKeys.some(({ columns }) => columns.length === 1 && columns[0] === column)) return [];
    const onDelete = between ? "c" : found.required ? "r" : "n";
    const name = `${table}_${column}_fkey`;
    return [
      {
        table,
        key: { name, columns: [column], table: references, references: [key], onDelete, onUpdate: "c", definition: "" },
      },
    ];
  });
}

function relate(models: Model[], overlay: Overlay, made: MadeKey[]): void {
  const keysOf = ({ table }: Model) => [
    ...table.foreignKeys,
    ...made.filter((one) => one.table === table.name).map(({ key }) => key),
  ];
  const find = (table: string) => models.find((model) => model.table.name === table);
  const pairs = new Map<string, number>();
  const pairOf = (a: Model, b: Model) => [a.name, b.name].sort().join(" ");
  const all = models.flatMap((child) =>
    keysOf(child).flatMap((key) => {
      const parent = find(key.table);
      return parent ? [{ child, parent, key }] : [];
    }),
  );
  for (const { child, parent } of all) pairs.set(pairOf(child, parent), (pairs.get(pairOf(child, parent)) ?? 0) + 1);
  const taken = new Map(models.map((model) => [model, namesApart(model.fields.map(({ name }) => name))]));
  for (const { child, parent, key } of all) {
    const named = overlay.titles.get(`${child.table.name}.${key.columns[0]}`) ?? {};
    const needsLabel = (pairs.get(pairOf(child, parent)) ?? 0) > 1 || child === parent;
    const label = needsLabel ? { label: `${child.name}_${key.columns.map((one) => fieldName(one)).join("_")}` } : {};
    const fields = key.columns.map((name) => child.fields.find(({ column }) => column.name === name) as Field);
    const references = key.references.map((name) => parent.fields.find(({ column }) => column.name === name) as Field);
    const optional = fields.some(({ column }) => !column.required);
    child.relations.push({
      ...{ name: taken.get(child)!(relationName(named.child, key, parent)), to: parent.name, ...label },
      kind: optional ? "optional" : "one",
      key: { fields: fields.map(({ name }) => name), references: references.map(({ name }) => name), foreignKey: key },
    });
    parent.relations.push({
      ...{ name: taken.get(parent)!(fieldName(named.parent ?? child.table.name)), to: child.name, ...label },
      kind: isUnique(child.table, key.columns) ? "optional" : "many",
    });
  }
}

/** As NocoDB titles it, else by the key's column without its `_id`, else by the model. */
function relationName(title: string | undefined, { columns }: LiveKey, parent: Model): string {
  const column = columns.length === 1 ? (columns[0] as string).replace(/_?id\d*$/i, "") : "";
  return fieldName(title ?? (column || parent.name));
}

export function isUnique({ constraints, indexes }: LiveTable, columns: string[]): boolean {
  const same = (others: (string | null)[]) =>
    others.length === columns.length && others.every((one) => one !== null && columns.includes(one));
  return (
    constraints.some(({ kind, columns: others }) => (kind === "p" || kind === "u") && same(others)) ||
    indexes.some((index) => index.unique && !index.partial && same(index.columns))
  );
}

/** Prisma knows no index over an expression or a part of the rows; the baseline has them all the same. */
export const isPlainIndex = ({ columns, partial }: LiveIndex): boolean =>
  !partial && columns.every((one) => one !== null);
