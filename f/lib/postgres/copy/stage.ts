import { TooLargeError } from "../../errors.ts";
import { type Sql, transaction } from "../connect.ts";
import { LINE, listTables } from "../dump.ts";
import { identifier, literal } from "../quote.ts";
import { ROLE_KINDS, type SchemaNames } from "../roles.ts";
import { readStructure, type Structure } from "../structure/structure.ts";

/** Where rows wait in the target until its owner loads them. */
export const STAGE = "_run8n_copy";
/** Which migrations a schema has had, without which they would be applied to a copy again. */
const RECORD = "_prisma_migrations";

export type Staged = Structure & {
  /** The tables whose rows wait, and all that there are. */
  loaded: string[];
  tables: string[];
};

const qualified = (schema: string, table: string): string => `${identifier(schema)}.${identifier(table)}`;

type Stage = {
  source: SchemaNames;
  target: SchemaNames;
  data: boolean;
  maxBytes: number;
  /** Tables whose rows stay behind, also when those of others come along. */
  withoutRows: readonly string[];
};

/**
 * Reads the source as it is at one moment: its structure in the names of the target, and its rows as text into a table
 * of the target's owner. Runs with our rights, so it calls nothing that the source's owner has written.
 */
export const stage = (sql: Sql, { source, target, data, maxBytes, withoutRows }: Stage): Promise<Staged> =>
  transaction(sql, async () => {
    await sql.query("set transaction isolation level repeatable read; set local row_security = off");
    const { tables, sizeBytes } = await listTables(sql, source.schema);
    if (data && sizeBytes > maxBytes) throw tooLarge(source, sizeBytes, maxBytes);
    const structure = await underOtherNames(sql, source, target);
    const waiting = qualified(target.schema, STAGE);
    const loaded = tables.filter((table) => table === RECORD || (data && !withoutRows.includes(table)));
    await sql.query(
      [
        `drop table if exists ${waiting}`,
        `create table ${waiting} (relation text not null, line text not null)`,
        `alter table ${waiting} owner to ${identifier(target.roles.owner)}`,
        ...loaded.map(
          (table) =>
            `insert into ${waiting} select ${literal(table)}, ${LINE} from only ${qualified(source.schema, table)} s`,
        ),
      ].join(";\n"),
    );
    return { ...structure, loaded, tables };
  });

/** Lets Postgres write the statements in the target's names: for a moment that nobody else sees, the source has them. */
async function underOtherNames(sql: Sql, source: SchemaNames, target: SchemaNames): Promise<Structure> {
  const rename = (kind: "schema" | "role", from: string, to: string) =>
    `alter ${kind} ${identifier(from)} rename to ${identifier(to)}`;
  await sql.query("savepoint names");
  await sql.query(
    [
      rename("schema", target.schema, `${STAGE}_target`),
      rename("schema", source.schema, target.schema),
      ...ROLE_KINDS.flatMap((kind) => [
        rename("role", target.roles[kind], `${STAGE}_${kind}`),
        rename("role", source.roles[kind], target.roles[kind]),
      ]),
    ].join(";\n"),
  );
  const structure = await readStructure(sql, target.schema);
  await sql.query("rollback to savepoint names");
  return structure;
}

const tooLarge = ({ schema }: SchemaNames, sizeBytes: number, maxBytes: number): TooLargeError =>
  new TooLargeError(`The tables of schema ${schema} take ${sizeBytes} bytes; a copy may have ${maxBytes}`, {
    hint: "Copy the structure only, or free the disk that the copy takes and pass a larger maxBytes.",
    details: { sizeBytes, maxBytes },
  });
