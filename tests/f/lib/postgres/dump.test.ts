import { describe, expect, it } from "vitest";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { testDatabase } from "../../../support/database.ts";
import { contents, grownProject } from "../../../support/grown_schema.ts";

const db = testDatabase();

describe("dumpSchema, as dropSchema uses it", () => {
  it("dumps structure and rows so that they can be loaded again, every value as it was", async () => {
    await withPostgres(db, async (sql) => {
      const { schema, workspace, confirmed } = await grownProject(sql, db);
      const before = await contents(sql, schema);
      const { dump, tombstone } = await dropSchema({ sql, workspace }, confirmed);
      await sql.query(`drop schema ${tombstone} cascade`);
      await ensureSchema({ sql, db, workspace }, confirmed.project);
      await load(sql, dump!.id, schema);
      expect(await contents(sql, schema)).toEqual(before);
      await expect(sql.query(`insert into ${schema}."Odd ""name" (author) values (99)`)).rejects.toMatchObject({
        code: "23503",
      });
      const { rows } = await sql.query(
        `insert into ${schema}.author (name) values ('carol') returning id, name, nextval('${schema}.ticket') as ticket,
           (select count(*)::int from ${schema}.names) as others, to_regclass('${schema}.odd_lower') is not null as indexed`,
      );
      expect(rows).toEqual([{ id: 4, name: "CAROL", ticket: "11", others: 3, indexed: true }]);
    });
  });

  it("cuts large tables into parts", async () => {
    await withPostgres(db, async (sql) => {
      const { schema, workspace, confirmed } = await grownProject(sql, db);
      await sql.query(
        `create table ${schema}.large as select n, repeat('x', 1000000) as text from generate_series(1, 10) n`,
      );
      const { dump } = await dropSchema({ sql, workspace }, confirmed);
      const { rows } = await sql.query(
        `select cardinality(lines) as lines, length(lines[1]) as length
           from run8n.dump_part where dump = $1 and relation = 'large' order by part`,
        [dump!.id],
      );
      expect(rows.map(({ lines }) => lines)).toEqual([4, 4, 2]);
      expect(rows[0].length).toBe(1_000_004);
    });
  });

  it("refuses a schema that is larger than a dump may be", async () => {
    await withPostgres(db, async (sql) => {
      const { workspace, confirmed, schema } = await grownProject(sql, db);
      const dropping = dropSchema({ sql, workspace }, { ...confirmed, maxDumpBytes: 1000 });
      await expect(dropping).rejects.toMatchObject({ code: "too_large", status: 413, details: { maxBytes: 1000 } });
      for (const maxDumpBytes of [-1, 0.5, Number.NaN, "9e9" as unknown as number])
        await expect(dropSchema({ sql, workspace }, { ...confirmed, maxDumpBytes })).rejects.toMatchObject({
          status: 400,
        });
      expect(Object.keys(await contents(sql, schema))).toHaveLength(4);
    });
  });
});

/** Loads a dump as its description says. */
async function load(sql: Sql, id: string, schema: string): Promise<void> {
  const { rows } = await sql.query("select * from run8n.dump where id = $1", [id]);
  const { structure_before_rows, structure_after_rows, relations } = rows[0];
  await sql.query("set check_function_bodies = off");
  for (const statement of structure_before_rows) await sql.query(statement);
  for (const { name } of relations) {
    const table = `${schema}."${name.replaceAll('"', '""')}"`;
    const { rows: columns } = await sql.query<{ names: string; values: string }>(
      `select string_agg(quote_ident(attname), ', ') as names, string_agg('(line::' || $1 || ').' || quote_ident(attname), ', ') as values
         from pg_attribute where attrelid = $1::regclass and attnum > 0 and attgenerated = ''`,
      [table],
    );
    const { names, values } = columns[0]!;
    await sql.query(
      `insert into ${table} (${names}) overriding system value
       select ${values} from run8n.dump_part, unnest(lines) as line where dump = $1 and relation = $2`,
      [id, name],
    );
  }
  for (const statement of structure_after_rows) await sql.query(statement);
}
