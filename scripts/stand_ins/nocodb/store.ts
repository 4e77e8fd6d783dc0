import { randomBytes } from "node:crypto";
import pg from "pg";
import type { Connection, Kinds, Source } from "./metadata.ts";

type Kind = keyof Kinds;
type Id = string | number;

/**
 * NocoDB's metadata, kept as the real one keeps it in its own Postgres database (here as one document per thing), with
 * all of it in memory to read from. A change of metadata and of the tables it describes is one transaction.
 */
export type Store = {
  all<K extends Kind>(kind: K): Kinds[K][];
  find<K extends Kind>(kind: K, id: Id): Kinds[K] | undefined;
  put<K extends Kind>(kind: K, ...things: Kinds[K][]): Promise<void>;
  remove(kind: Kind, ...ids: Id[]): Promise<void>;
  /** Where a source's tables are: the pool to reach them by, and their schema. */
  place(source: Source): { pool: pg.Pool; schema: string };
  close(): Promise<void>;
};

const TABLE = `create table if not exists public.stand_in_document (
  kind text, id text, document jsonb not null, primary key (kind, id))`;

// As NocoDB's driver does: numbers as numbers, dates as the text that Postgres writes.
const number = (text: string) => Number(text);
const PARSERS: Record<number, (text: string) => unknown> = { 20: number, 1700: number };
const AS_TEXT = new Set([1082, 1083, 1114, 1184, 1266]);
export const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text") =>
    PARSERS[oid] ?? (AS_TEXT.has(oid) ? (text: string) => text : pg.types.getTypeParser(oid, format))) as never,
};

export const poolOf = ({ host, port, user, password, database }: Connection): pg.Pool => {
  const pool = new pg.Pool({ host, port, user, password, database, max: 3, types });
  pool.on("error", (error) => console.error(`a connection was lost: ${error.message}`));
  return pool;
};

/** Opens the database, waiting for a server that starts beside us. */
export async function openStore(connection: Connection): Promise<Store> {
  const own = poolOf(connection);
  await untilReady(own, connection);
  await own.query(TABLE);
  const documents = new Map<string, Map<string, unknown>>();
  const kindOf = (kind: string) => documents.get(kind) ?? documents.set(kind, new Map()).get(kind)!;
  const { rows } = await own.query("select kind, id, document from public.stand_in_document");
  for (const { kind, id, document } of rows) kindOf(kind).set(id, document);
  const pools = new Map<string, pg.Pool>();
  return {
    all: (kind) => [...kindOf(kind).values()] as never,
    find: (kind, id) => kindOf(kind).get(String(id)) as never,
    async put(kind, ...things) {
      await own.query(
        `insert into public.stand_in_document select $1, document->>'id', document
           from jsonb_array_elements($2::jsonb) as document
         on conflict (kind, id) do update set document = excluded.document`,
        [kind, JSON.stringify(things)],
      );
      for (const thing of things) kindOf(kind).set(String(thing.id), thing);
    },
    async remove(kind, ...ids) {
      await own.query("delete from public.stand_in_document where kind = $1 and id = any($2)", [kind, ids.map(String)]);
      for (const id of ids) kindOf(kind).delete(String(id));
    },
    place(source) {
      const integration = kindOf("integration").get(source.fk_integration_id ?? "") as Kinds["integration"] | undefined;
      if (!integration) return { pool: own, schema: source.base_id };
      const key = JSON.stringify(integration.connection);
      const pool = pools.get(key) ?? poolOf(integration.connection);
      pools.set(key, pool);
      return { pool, schema: integration.schema };
    },
    close: async () => void (await Promise.all([own, ...pools.values()].map((pool) => pool.end()))),
  };
}

async function untilReady(own: pg.Pool, connection: Connection): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await own.query("select 1");
      return;
    } catch (error) {
      if ((error as { code?: string }).code === "3D000") await createDatabase(connection);
      else if (Date.now() > deadline) throw error;
      else await Bun.sleep(100);
    }
  }
}

async function createDatabase(connection: Connection): Promise<void> {
  const server = poolOf({ ...connection, database: "postgres" });
  await server.query(`create database ${pg.escapeIdentifier(connection.database)}`);
  await server.end();
}

/** Ids as NocoDB makes them: a letter for the kind, then lower-case letters and digits. */
export const newId = (prefix: string): string =>
  prefix + [...randomBytes(14)].map((byte) => "0123456789abcdefghijklmnopqrstuvwxyz"[byte % 36]).join("");
export const now = (): string =>
  new Date()
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "+00:00");
