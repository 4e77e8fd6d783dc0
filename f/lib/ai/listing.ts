import type { Sql } from "../postgres/connect.ts";
import type { Index } from "./index_record.ts";
import { ledgerDocuments, noteSeen } from "./ledger.ts";
import type { Run } from "./runs.ts";
import { documentHash, inlineBytes, type Listed } from "./sources/entry.ts";
import { listSource, type SourcePorts } from "./sources/list.ts";

export type Listing = { documents: number; unchanged: number; batches: number };

/** So many documents, or so many bytes of given ones, are one batch: the work of one job. */
const BATCH_DOCUMENTS = 100;
const BATCH_BYTES = 4 * 1024 * 1024;
const PAGE = 500;

/**
 * Writes down what is in the source, page by page. Documents that came with their content and are what the ledger has are
 * done here: a source in which nothing has changed leaves no batch to be worked on.
 */
export async function listInto(ports: SourcePorts, index: Index, run: Run): Promise<Listing> {
  const listing: Listing = { documents: 0, unchanged: 0, batches: 0 };
  const batch = { documents: BATCH_DOCUMENTS, bytes: 0 };
  const place = (size: number): number => {
    if (batch.documents >= BATCH_DOCUMENTS || batch.bytes + size > BATCH_BYTES) {
      listing.batches++;
      Object.assign(batch, { documents: 0, bytes: 0 });
    }
    batch.documents++;
    batch.bytes += size;
    return listing.batches - 1;
  };
  for await (const page of pagesOf(listSource(ports, index.project, run.spec), PAGE)) {
    const known = await ledgerDocuments(
      ports.sql,
      index,
      run.source,
      page.map(({ document }) => document),
    );
    const rows = page.map(({ document, entry }) => {
      const bytes = inlineBytes(entry);
      const same = bytes && known.get(document)?.hash === documentHash(index.version, bytes, entry);
      if (same) listing.unchanged++;
      return same ? { document, batch: null, entry: null } : { document, batch: place(bytes?.byteLength ?? 0), entry };
    });
    listing.documents += await note(ports.sql, index, run, rows);
    const unchanged = rows.filter(({ batch: place }) => place === null).map(({ document }) => document);
    await noteSeen(ports.sql, index, run.source, run.id, unchanged);
  }
  await ports.sql.query(`update ${index.tables.run} set status = 'running', batches = $2 where id = $1`, [
    run.id,
    listing.batches,
  ]);
  return listing;
}

type Row = { document: string; batch: number | null; entry: Listed["entry"] | null };

/** A document that a source names twice counts once. Answers how many were new. */
async function note(sql: Sql, { tables }: Index, run: Run, rows: Row[]): Promise<number> {
  const { rowCount } = await sql.query(
    `insert into ${tables.listed} (run, document, batch, entry, outcome)
     select $1, document, batch, entry, case when batch is null then 'unchanged' end
       from unnest($2::text[], $3::int[], $4::jsonb[]) as given(document, batch, entry)
     on conflict do nothing`,
    [
      run.id,
      rows.map(({ document }) => document),
      rows.map((row) => row.batch),
      rows.map(({ entry }) => (entry ? JSON.stringify(entry) : null)),
    ],
  );
  return rowCount ?? 0;
}

async function* pagesOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let page: T[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
