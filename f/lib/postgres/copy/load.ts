import { InvalidInputError, redact } from "../../errors.ts";
import { type Sql, transaction } from "../connect.ts";
import { identifier, literal } from "../quote.ts";
import { STAGE, type Staged } from "./stage.ts";

/** Builds the copy in one transaction, as the target's owner: what runs now is what a project has written. */
export const load = (owner: Sql, schema: string, { before, after, loaded }: Staged): Promise<number> =>
  transaction(owner, async () => {
    await owner.query("set local check_function_bodies = off; set local statement_timeout = 0");
    const left = await runAll(owner, before);
    let rows = 0;
    for (const table of loaded) rows += await loadRows(owner, schema, table);
    const failed = await runAll(owner, [...left.map(({ statement }) => statement), ...after]);
    if (failed[0]) throw cannotBuild(failed[0]);
    await owner.query(`drop table ${identifier(schema)}.${STAGE}`);
    return rows;
  });

type Failed = { statement: string; reason: string };

/**
 * Runs statements whose order is almost right: one that fails, for want of something that comes later, is tried again
 * after the others, as long as any of them goes well. Answers those that never did.
 */
async function runAll(owner: Sql, statements: string[]): Promise<Failed[]> {
  let waiting = statements;
  for (;;) {
    const failed: Failed[] = [];
    for (const statement of waiting) {
      await owner.query("savepoint one");
      try {
        await owner.query(statement);
        await owner.query("release savepoint one");
      } catch (error) {
        await owner.query("rollback to savepoint one");
        failed.push({ statement, reason: (error as Error).message });
      }
    }
    if (failed.length === 0 || failed.length === waiting.length) return failed;
    waiting = failed.map(({ statement }) => statement);
  }
}

async function loadRows(owner: Sql, schema: string, table: string): Promise<number> {
  const name = `${identifier(schema)}.${identifier(table)}`;
  const { rows: columns } = await owner.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [name],
  );
  if (columns.length === 0) return 0;
  const names = columns.map((column) => column.name);
  const { rowCount } = await owner.query(
    `insert into ${name} (${names.join(", ")}) overriding system value
     select ${names.map((column) => `(r).${column}`).join(", ")}
       from (select line::${name} as r from ${identifier(schema)}.${STAGE} where relation = ${literal(table)} offset 0) as s`,
  );
  return rowCount ?? 0;
}

const cannotBuild = ({ statement, reason }: Failed): InvalidInputError =>
  new InvalidInputError(`A part of the schema cannot be built again: ${redact(reason)}`, {
    hint: "Drop or mend that part in the source; see details.statement for how it begins.",
    details: { statement: statement.slice(0, 300) },
  });
