import { TooLargeError, UpstreamError } from "../errors.ts";
import type { Sql } from "./connect.ts";
import { identifier, literal } from "./quote.ts";
import { readStructure } from "./structure/structure.ts";

export type Dump = { id: string; tables: number; rows: number; sizeBytes: number };

/** One table as it was dumped: the checksum is the sum of its rows' hashes, so their order does not matter. */
type DumpedRelation = { name: string; rows: string; checksum: string };

/**
 * A row as the text that its type itself writes. Not `::text`: for that a table's owner may have made a cast of its own,
 * which we would run with all our rights.
 */
export const LINE = "pg_catalog.textin(pg_catalog.record_out(s.*))";

const PART_BYTES = 4 * 1024 * 1024;

/**
 * Copies a schema into `run8n.dump`: its structure as statements, and each table's rows in `run8n.dump_part` as the
 * text that Postgres itself reads and writes for a row. Everything happens inside the server, so size costs no memory
 * here. The copy is then read back and compared by row count and checksum. Runs in the caller's transaction and locks
 * the tables against writers until its end.
 *
 * To load it again: let ensureSchema make schema and roles, `set check_function_bodies = off`, run
 * `structure_before_rows`, then for each table `insert into t overriding system value select (line::t).*
 * from run8n.dump_part, unnest(lines) as line where dump = '...' and relation = 't'`, then `structure_after_rows`. Do it
 * as the schema's owner: what runs is the project's own.
 *
 * Throws TooLarge when the tables take more than `maxBytes`, Upstream when what was written is not what was there.
 */
export async function dumpSchema(
  sql: Sql,
  { schema, project, id, maxBytes }: { schema: string; project: string; id: string; maxBytes: number },
): Promise<Dump> {
  const { tables, sizeBytes } = await listTables(sql, schema);
  if (sizeBytes > maxBytes) {
    throw new TooLargeError(`The tables of schema ${schema} take ${sizeBytes} bytes; a dump may have ${maxBytes}`, {
      hint: "Free the disk that a second copy takes and pass a larger maxDumpBytes.",
      details: { sizeBytes, maxBytes },
    });
  }
  const from = (table: string) => `only ${identifier(schema)}.${identifier(table)}`;
  // Row security would leave rows out without a word; off, it fails instead.
  await sql.query(
    ["set local row_security = off", ...tables.map((table) => `lock table ${from(table)} in share mode`)].join(";"),
  );
  const structure = await readStructure(sql, schema);
  const relations = await summarize(
    sql,
    tables.map((table) => ({ table, lines: `select ${LINE} as line from ${from(table)} s` })),
  );
  await sql.query(
    `insert into run8n.dump (id, project, structure_before_rows, structure_after_rows, relations)
     values ($1, $2, $3, $4, $5)`,
    [id, project, structure.before, structure.after, JSON.stringify(relations)],
  );
  await sql.query(tables.map((table) => copyRows(id, table, from(table))).join(";\n"));
  const written = await summarize(
    sql,
    tables.map((table) => ({ table, lines: linesOf(id, table) })),
  );
  if (JSON.stringify(written) !== JSON.stringify(relations)) {
    throw new UpstreamError(`The dump of schema ${schema} does not hold what its tables hold; nothing was dropped`, {
      hint: "Check the server's disk and log, then call again.",
      retryable: true,
    });
  }
  return { id, tables: tables.length, rows: relations.reduce((sum, { rows }) => sum + Number(rows), 0), sizeBytes };
}

export async function listTables(sql: Sql, schema: string): Promise<{ tables: string[]; sizeBytes: number }> {
  const { rows } = await sql.query<{ tables: string[]; size_bytes: number }>(
    `select coalesce(array_agg(relname::text order by relname), '{}') as tables,
            coalesce(sum(pg_table_size(oid)), 0)::float8 as size_bytes
       from pg_class where relkind = 'r' and relnamespace = to_regnamespace($1)`,
    [identifier(schema)],
  );
  return { tables: rows[0]!.tables, sizeBytes: rows[0]!.size_bytes };
}

/** Cut into parts of some megabytes, so that no value comes near the gigabyte that Postgres allows one. */
const copyRows = (id: string, table: string, from: string): string =>
  `insert into run8n.dump_part (dump, relation, part, lines)
   select ${literal(id)}, ${literal(table)}, part, array_agg(line)
     from (select line, div(sum(octet_length(line)) over (rows unbounded preceding), ${PART_BYTES}) as part
             from (select ${LINE} as line from ${from} s) as lines) as parts
    group by part`;

const linesOf = (id: string, table: string): string =>
  `select unnest(lines) as line from run8n.dump_part
    where dump = ${literal(id)} and relation = ${literal(table)}`;

/** Row count and checksum of each table, in one statement for all of them. */
async function summarize(sql: Sql, sources: { table: string; lines: string }[]): Promise<DumpedRelation[]> {
  if (sources.length === 0) return [];
  const { rows } = await sql.query<DumpedRelation>(
    sources
      .map(
        ({ table, lines }) =>
          `select ${literal(table)} as name, count(*)::text as rows,
                  coalesce(sum(hashtextextended(line, 0)), 0)::text as checksum from (${lines}) as lines`,
      )
      .join("\nunion all\n")
      .concat("\norder by name"),
  );
  return rows;
}
