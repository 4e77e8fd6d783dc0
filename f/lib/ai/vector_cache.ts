import type { Embed } from "../openai/embed.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Index } from "./index_record.ts";
import { vectorModel } from "./index_settings.ts";

export type ToEmbed = { hash: string; embedded: string; tokens: number };

/** So many texts are embedded before their vectors are kept: what a crash can cost at most, per call at once. */
const PORTION = 2048;

/**
 * The vector of each text by its hash: from what was paid for once, else embedded now and kept at once, so that a crash a
 * moment later pays for nothing twice.
 */
export async function vectorsFor(
  sql: Sql,
  index: Index,
  embed: Embed,
  texts: readonly ToEmbed[],
): Promise<Map<string, Float32Array>> {
  const distinct = [...new Map(texts.map((one) => [one.hash, one])).values()];
  const vectors = await keptVectors(
    sql,
    index,
    distinct.map(({ hash }) => hash),
  );
  const missing = distinct.filter(({ hash }) => !vectors.has(hash));
  for (let at = 0; at < missing.length; at += PORTION) {
    const portion = missing.slice(at, at + PORTION);
    const made = await embed(portion.map(({ embedded, tokens }) => ({ text: embedded, tokens })));
    await keep(
      sql,
      index,
      portion.map(({ hash }, place) => ({ hash, vector: made[place]! })),
    );
    for (const [place, { hash }] of portion.entries()) vectors.set(hash, made[place]!);
  }
  return vectors;
}

export async function keptVectors(sql: Sql, index: Index, hashes: string[]): Promise<Map<string, Float32Array>> {
  const { rows } = await sql.query<{ hash: string; vector: Buffer }>(
    `select hash, vector from ${index.tables.vector} where model = $1 and hash = any($2)`,
    [vectorModel(index.settings), hashes],
  );
  return new Map(rows.map(({ hash, vector }) => [hash, fromBytes(vector)]));
}

/** All vectors are of one length, so they travel as one row of bytes, which Postgres cuts. */
async function keep(sql: Sql, index: Index, made: { hash: string; vector: Float32Array }[]): Promise<void> {
  await sql.query(
    `insert into ${index.tables.vector} (model, hash, vector)
     select $1, hash, substr($3::bytea, (place::int - 1) * $4::int + 1, $4::int)
       from unnest($2::text[]) with ordinality as made(hash, place)
     on conflict do nothing`,
    [
      vectorModel(index.settings),
      made.map(({ hash }) => hash),
      Buffer.concat(made.map(({ vector }) => toBytes(vector))),
      4 * index.settings.dimensions,
    ],
  );
}

const toBytes = (vector: Float32Array): Buffer => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

/** A copy: the bytes that Postgres gives need not begin where four-byte numbers may. */
function fromBytes(bytes: Buffer): Float32Array {
  const copy = new Uint8Array(bytes);
  return new Float32Array(copy.buffer, 0, copy.byteLength / 4);
}
