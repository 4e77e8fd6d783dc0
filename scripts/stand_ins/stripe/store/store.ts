import { Database } from "bun:sqlite";
import { missing } from "../http/problem.ts";

export type Stored = { id: string; object: string; created: number; customer?: unknown };
export type KeptAnswer = { digest: string; status: number; body: object };
export type Page = { limit?: number; starting_after?: string; ending_before?: string };

const TABLES = `
  create table if not exists object (
    seq integer primary key, id text not null unique, kind text not null, customer text, json text not null);
  create index if not exists object_kind on object (kind, seq);
  create index if not exists object_customer on object (customer, kind, seq);
  create table if not exists memo (id text primary key, json text not null);
  create table if not exists answer (key text primary key, json text not null);
  create table if not exists delivery (
    seq integer primary key, event text not null, endpoint text not null, attempts integer not null default 0,
    due integer not null, state text not null default 'pending');
  create index if not exists delivery_pending on delivery (state, seq);`;

/** Everything the stand-in knows, as Stripe's own objects in a SQLite file. */
export class Store {
  readonly database: Database;

  constructor(file: string) {
    this.database = new Database(file, { create: true });
    this.database.run("pragma journal_mode = wal");
    this.database.run("pragma synchronous = off");
    this.database.run(TABLES);
  }

  transaction<T>(work: () => T): T {
    if (this.database.inTransaction) return work();
    return this.database.transaction(work).immediate();
  }

  find<T extends Stored>(id: string): T | undefined {
    const row = this.database.query<{ json: string }, [string]>("select json from object where id = ?").get(id);
    return row ? JSON.parse(row.json) : undefined;
  }

  get<T extends Stored>(id: string, kind = "object", param?: string): T {
    const found = this.find<T>(id);
    if (!found || (kind !== "object" && found.object !== kind)) throw missing(kind.replaceAll("_", " "), id, param);
    return found;
  }

  put<T extends Stored>(object: T): T {
    const customer = typeof object.customer === "string" ? object.customer : null;
    this.database
      .query(
        `insert into object (id, kind, customer, json) values (?, ?, ?, ?)
         on conflict (id) do update set json = excluded.json, customer = excluded.customer`,
      )
      .run(object.id, object.object, customer, JSON.stringify(object));
    return object;
  }

  remove(id: string): void {
    this.database.query("delete from object where id = ?").run(id);
  }

  /** All of a kind, oldest first, perhaps of one customer. */
  all<T extends Stored>(kind: string, customer?: string): T[] {
    const rows = customer
      ? this.database
          .query<{ json: string }, [string, string]>(
            "select json from object where customer = ? and kind = ? order by seq",
          )
          .all(customer, kind)
      : this.database
          .query<{ json: string }, [string]>("select json from object where kind = ? order by seq")
          .all(kind);
    return rows.map(({ json }) => JSON.parse(json));
  }

  /** One page, newest first, as Stripe lists. */
  list<T extends Stored>(path: string, found: T[], { limit = 10, starting_after, ending_before }: Page) {
    const newest = found.toReversed();
    const after = starting_after ? newest.findIndex(({ id }) => id === starting_after) + 1 : 0;
    const before = ending_before ? newest.findIndex(({ id }) => id === ending_before) : newest.length;
    const within = newest.slice(after, before);
    const data = ending_before ? within.slice(-limit) : within.slice(0, limit);
    return { object: "list" as const, url: path, has_more: within.length > data.length, data };
  }

  /** What the stand-in has to remember beside an object, and Stripe does not show. */
  memo<T extends object>(id: string): T | undefined {
    const row = this.database.query<{ json: string }, [string]>("select json from memo where id = ?").get(id);
    return row ? JSON.parse(row.json) : undefined;
  }

  keepMemo(id: string, memo: object): void {
    this.database.query("insert or replace into memo values (?, ?)").run(id, JSON.stringify(memo));
  }

  answerTo(key: string): KeptAnswer | undefined {
    const row = this.database.query<{ json: string }, [string]>("select json from answer where key = ?").get(key);
    return row ? JSON.parse(row.json) : undefined;
  }

  keepAnswer(key: string, answer: KeptAnswer): void {
    this.database.query("insert into answer values (?, ?)").run(key, JSON.stringify(answer));
  }

  close(): void {
    this.database.close();
  }
}
