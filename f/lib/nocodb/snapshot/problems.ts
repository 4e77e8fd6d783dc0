import type { Sql } from "../../postgres/connect.ts";
import { identifier, literal } from "../../postgres/quote.ts";
import type { Schema } from "./model.ts";

/** Rows that the second migration would fail on: a text that is no choice, a link to a record that is gone. */
export type Problem = { table: string; column: string; rows: number; detail: string; sql: string };

/** Counts them, and gives the statement that finds them. */
export async function findProblems(sql: Sql, schema: string, { choices, madeKeys }: Schema): Promise<Problem[]> {
  const name = (table: string) => `${identifier(schema)}.${identifier(table)}`;
  const checks = [
    ...choices.map(({ table, column, enum: { values } }) => ({
      ...{ table, column: column.name, detail: "holds a text that is none of the field's choices" },
      sql: `select * from ${name(table)} where ${identifier(column.name)} <> '' and ${identifier(column.name)} not in (${values.map(({ value }) => literal(value)).join(", ")})`,
    })),
    ...madeKeys.map(({ table, key }) => {
      const [column, target] = [key.columns[0] as string, key.references[0] as string];
      return {
        ...{ table, column, detail: `links to a record of ${key.table} that is gone` },
        sql: `select * from ${name(table)} where ${identifier(column)} is not null and ${identifier(column)} not in (select ${identifier(target)} from ${name(key.table)})`,
      };
    }),
  ];
  if (checks.length === 0) return [];
  const counts = checks.map((one, at) => `select ${at} as at, count(*)::int as rows from (${one.sql}) as found`);
  const { rows } = await sql.query<{ at: number; rows: number }>(counts.join("\nunion all\n"));
  return rows
    .filter((one) => one.rows > 0)
    .sort((a, b) => a.at - b.at)
    .map((one) => ({ ...(checks[one.at] as (typeof checks)[number]), rows: one.rows }));
}
