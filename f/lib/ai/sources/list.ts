import { NotFoundError } from "../../errors.ts";
import { schemaOf } from "../../names.ts";
import type { Sql } from "../../postgres/connect.ts";
import { identifier } from "../../postgres/quote.ts";
import type { Web } from "../../web/retrieve.ts";
import { pageLimit, sitemapPages } from "../../web/sitemap.ts";
import type { Listed } from "./entry.ts";
import { listStorage, type OpenStorage } from "./files.ts";
import type { SourceSpec } from "./spec.ts";

export type SourcePorts = { sql: Sql; web: Web; storage?: OpenStorage };

const ROWS_PER_PAGE = 200;

/** All documents of a source, one after the other, never many at a time in memory. */
export async function* listSource(ports: SourcePorts, project: string, spec: SourceSpec): AsyncGenerator<Listed> {
  if (spec.kind === "documents") {
    for (const { id, ...entry } of spec.documents) yield { document: id, entry };
  } else if (spec.kind === "urls") {
    for (const url of new Set(spec.urls)) yield { document: url, entry: { fetch: url, url } };
  } else if (spec.kind === "sitemap") {
    const pages = await sitemapPages(ports.web, spec.url, pageLimit(spec.maxPages));
    for (const { url } of pages) yield { document: url, entry: { fetch: url, url } };
  } else if (spec.kind === "storage") {
    yield* listStorage(ports.storage, project, spec);
  } else yield* listTable(ports.sql, project, spec);
}

type TableSpec = Extract<SourceSpec, { kind: "table" }>;
type Row = { key: string; title: string | null; url: string | null; tenant: string | null; texts: (string | null)[] };

/** The rows of a table of the project in the order of their key; each is a document of the texts in its columns. */
async function* listTable(sql: Sql, project: string, spec: TableSpec): AsyncGenerator<Listed> {
  const schema = schemaOf(project);
  await requireColumns(sql, schema, spec);
  const column = (name: string | undefined) => (name === undefined ? "null" : `${identifier(name)}::text`);
  const key = column(spec.key);
  const select = `select ${key} as key, ${column(spec.title)} as title, ${column(spec.url)} as url,
    ${column(spec.tenant)} as tenant, array[${spec.text.map(column).join(", ")}] as texts
    from ${identifier(schema)}.${identifier(spec.table)}
    where ${key} is not null and ${key} collate "C" > $1 order by ${key} collate "C" limit ${ROWS_PER_PAGE}`;
  for (let after = ""; ; ) {
    const { rows } = await sql.query<Row>(select, [after]);
    for (const { key: document, title, url, tenant, texts } of rows) {
      after = document;
      const text = texts.filter(Boolean).join("\n\n");
      const about = { ...(title ? { title } : {}), ...(url ? { url } : {}), ...(tenant ? { tenant } : {}) };
      yield { document, entry: { text, mediaType: "text/markdown", ...about } };
    }
    if (rows.length < ROWS_PER_PAGE) return;
  }
}

async function requireColumns(sql: Sql, schema: string, spec: TableSpec): Promise<void> {
  const wanted = [spec.key, ...spec.text, spec.title, spec.url, spec.tenant].filter((one) => one !== undefined);
  const { rows } = await sql.query<{ name: string }>(
    "select column_name as name from information_schema.columns where table_schema = $1 and table_name = $2",
    [schema, spec.table],
  );
  const known = new Set(rows.map(({ name }) => name));
  const missing = wanted.find((name) => !known.has(name));
  if (missing === undefined) return;
  const what = rows.length === 0 ? `table ${spec.table}` : `column ${missing} in its table ${spec.table}`;
  throw new NotFoundError(`The project has no ${what}`, {
    hint: "Check the names of table and columns.",
    details: { argument: "spec" },
  });
}
