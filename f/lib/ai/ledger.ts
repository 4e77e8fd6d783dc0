import type { Sql } from "../postgres/connect.ts";
import type { ChunkPayload, ChunkPoint } from "./chunk_points.ts";
import type { Index } from "./index_record.ts";

/** A document as the ledger has it: what was read, and in which run. */
export type LedgerDocument = { document: string; hash: string; generation: number; seen: number };
export type LedgerChunk = { id: string; document: string; state: string; status: "writing" | "stored" | "removing" };

export async function ledgerDocuments(
  sql: Sql,
  { name, tables }: Index,
  source: string,
  documents: string[],
): Promise<Map<string, LedgerDocument>> {
  const { rows } = await sql.query<{ document: string; hash: string; generation: string; seen: string }>(
    `select document, hash, generation, seen from ${tables.document} where index = $1 and source = $2 and document = any($3)`,
    [name, source, documents],
  );
  return new Map(
    rows.map((row) => [row.document, { ...row, generation: Number(row.generation), seen: Number(row.seen) }]),
  );
}

export async function ledgerChunks(
  sql: Sql,
  { name, tables }: Index,
  source: string,
  documents: string[],
): Promise<LedgerChunk[]> {
  const { rows } = await sql.query<LedgerChunk>(
    `select id, document, state, status from ${tables.chunk} where index = $1 and source = $2 and document = any($3)`,
    [name, source, documents],
  );
  return rows;
}

/** Says what is about to be written and removed, before Qdrant hears of it. */
export async function announce(
  sql: Sql,
  { name, tables }: Index,
  { writing, removing }: { writing: readonly ChunkPoint[]; removing: readonly string[] },
): Promise<void> {
  await sql.query(
    `with gone as (update ${tables.chunk} set status = 'removing' where id = any($3))
     insert into ${tables.chunk} (id, index, source, document, hash, state, status, tokens, payload)
     select id, $1, payload ->> 'source', payload ->> 'document', hash, state, 'writing', tokens, payload
       from jsonb_to_recordset($2) as given(id uuid, hash text, state text, tokens int, payload jsonb)
     on conflict (id) do update set state = excluded.state, status = 'writing', payload = excluded.payload`,
    [
      name,
      JSON.stringify(writing.map(({ id, hash, state, tokens, payload }) => ({ id, hash, state, tokens, payload }))),
      removing,
    ],
  );
}

/** Says that it was written and removed, once Qdrant was seen to hold it. */
export async function confirm(
  sql: Sql,
  { tables }: Index,
  { written, removed }: { written: readonly string[]; removed: readonly string[] },
): Promise<void> {
  await sql.query(
    `with stored as (update ${tables.chunk} set status = 'stored' where id = any($1))
     delete from ${tables.chunk} where id = any($2)`,
    [written, removed],
  );
}

export type DocumentRecord = { document: string; hash: string; title: string; chunks: number; tokens: number };

export async function recordDocuments(
  sql: Sql,
  { name, tables }: Index,
  source: string,
  generation: number,
  documents: readonly DocumentRecord[],
): Promise<void> {
  await sql.query(
    `insert into ${tables.document} as known (index, source, document, hash, generation, seen, title, chunks, tokens)
     select $1, $2, document, hash, $3, $3, title, chunks, tokens
       from unnest($4::text[], $5::text[], $6::text[], $7::int[], $8::bigint[]) as given(document, hash, title, chunks, tokens)
     on conflict (index, source, document) do update
       set hash = excluded.hash, generation = excluded.generation,
           seen = greatest(known.seen, excluded.seen), title = excluded.title, chunks = excluded.chunks,
           tokens = excluded.tokens, ingested_at = now()`,
    [
      name,
      source,
      generation,
      documents.map(({ document }) => document),
      documents.map(({ hash }) => hash),
      documents.map(({ title }) => title),
      documents.map(({ chunks }) => chunks),
      documents.map(({ tokens }) => tokens),
    ],
  );
}

/** Notes that a run has found documents in their source as they were. */
export async function noteSeen(
  sql: Sql,
  { name, tables }: Index,
  source: string,
  run: number,
  documents: readonly string[],
): Promise<void> {
  await sql.query(
    `update ${tables.document} set seen = $3 where index = $1 and source = $2 and seen < $3 and document = any($4)`,
    [name, source, run, documents],
  );
}

/** Chunks that Qdrant must hold, in the order of their ids, from the one after `after` on. */
export async function storedChunks(sql: Sql, { name, tables }: Index, after: string, limit: number) {
  const { rows } = await sql.query<{ id: string; hash: string; state: string; tokens: number; payload: ChunkPayload }>(
    `select id, hash, state, tokens, payload from ${tables.chunk}
      where index = $1 and status = 'stored' and id > $2 order by id limit $3`,
    [name, after, limit],
  );
  return rows;
}
