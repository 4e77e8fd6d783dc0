import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import type { PostgresqlValue } from "../../f/lib/resources.ts";

/**
 * The catalogue's own types, which Prisma's engine selects and its adapter for pg does not know, as those it does:
 * "char" and name are text, their lists are lists of text.
 */
const KNOWN = new Map([
  [18, 25],
  [19, 25],
  [1002, 1009],
  [1003, 1009],
]);
const known = (type: number) => KNOWN.get(type) ?? type;

function recognised(result: pg.QueryResult | undefined) {
  for (const field of result?.fields ?? []) field.dataTypeID = known(field.dataTypeID);
  return result;
}

class CatalogueClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg has a signature for each way of calling it
  override query(...[query, values, callback]: any[]): any {
    if (query?.rowMode !== "array") return super.query(query, values, callback);
    const { getTypeParser } = query.types;
    const types = { getTypeParser: (type: number, format: string) => getTypeParser(known(type), format) };
    const asked = { ...query, types };
    // A pool asks with a callback, a transaction waits for a promise.
    if (callback)
      return super.query(asked, values, (error: Error, result: pg.QueryResult) => callback(error, recognised(result)));
    return super.query(asked, values).then(recognised);
  }
}

/** A pool that keeps connections keeps the command from ending. */
const settingsOf = ({ host, port, user, password, dbname }: PostgresqlValue) => ({
  ...{ host, port, user, password, database: dbname },
  ...{ Client: CatalogueClient, idleTimeoutMillis: 1 },
});

/** Makes a shadow database as empty as Prisma's own engine does, with the rights of its login. */
async function emptied(shadow: PostgresqlValue, schema: string) {
  const pool = new pg.Pool(settingsOf(shadow));
  await pool.query(`drop schema if exists "${schema}" cascade; create schema "${schema}"`);
  await pool.end();
  return new PrismaPg(settingsOf(shadow), { schema }).connect();
}

/** A database of its own, for a login that may create one; the adapter's own way drops it while it is connected. */
async function temporary(db: PostgresqlValue, schema: string) {
  const dbname = `prisma_shadow_${crypto.randomUUID().replaceAll("-", "")}`;
  const pool = new pg.Pool(settingsOf(db));
  await pool.query(`create database ${dbname}`);
  const adapter = await new PrismaPg(settingsOf({ ...db, dbname }), { schema }).connect();
  return Object.assign(adapter, {
    async dispose() {
      await pool.query(`drop database ${dbname} with (force)`);
      await pool.end();
    },
  });
}

type Databases = { db: PostgresqlValue; schema: string; shadow?: PostgresqlValue };

/** What `prisma.config.ts` takes as its adapter. */
export function adapterOf({ db, schema, shadow }: Databases) {
  const factory = new PrismaPg(settingsOf(db), { schema });
  factory.connectToShadowDb = () => (shadow ? emptied(shadow, schema) : temporary(db, schema));
  return factory;
}
