import { Database } from "bun:sqlite";
import { join } from "node:path";

/** A user as it is kept; `toJson` of `users.ts` is what callers see of it. Times are ISO 8601. */
export type User = {
  id: string;
  email: string;
  passwordHash: string | null;
  userMetadata: Record<string, unknown>;
  appMetadata: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
  invitedAt: string | null;
  confirmedAt: string | null;
  confirmationSentAt: string | null;
  recoverySentAt: string | null;
  lastSignInAt: string | null;
  bannedUntil: string | null;
};

export type Session = { id: string; userId: string; createdAt: string; method: string };
export type RefreshToken = {
  token: string;
  sessionId: string;
  parent: string | null;
  revoked: boolean;
  updatedAt: number;
};
export type OneTimeToken = { hash: string; userId: string; kind: "confirmation" | "recovery"; sentAt: number };

export type Store = ReturnType<typeof openStore>;

const TABLES = [
  "create table if not exists user (id text primary key, email text not null unique, created_at text not null, doc text not null)",
  "create table if not exists session (id text primary key, user_id text not null references user on delete cascade, doc text not null)",
  `create table if not exists refresh_token (token text primary key, session_id text not null references session on delete cascade,
     parent text, revoked integer not null, updated_at integer not null)`,
  `create table if not exists one_time_token (user_id text not null references user on delete cascade, kind text not null,
     hash text not null unique, sent_at integer not null, primary key (user_id, kind))`,
];

/** All that lasts, in one SQLite file. `transaction` is all or nothing, also when the process is killed inside. */
export function openStore(dataDir: string) {
  const db = new Database(join(dataDir, "gotrue.sqlite"), { create: true, strict: true });
  for (const statement of ["pragma journal_mode = wal", "pragma foreign_keys = on", ...TABLES]) db.run(statement);
  const one = <T>(sql: string, ...values: (string | number)[]) => db.query(sql).get(...values) as T | null;
  const run = (sql: string, ...values: (string | number | null)[]) => void db.query(sql).run(...values);
  const doc = <T>(row: { doc: string } | null): T | undefined => (row ? (JSON.parse(row.doc) as T) : undefined);
  return {
    transaction: <T>(work: () => T): T => db.transaction(work)(),
    close: () => db.close(),
    user: {
      byId: (id: string) => doc<User>(one("select doc from user where id = ?", id)),
      byEmail: (email: string) => doc<User>(one("select doc from user where email = ?", email)),
      save: (user: User) =>
        run(
          `insert into user values (?, ?, ?, ?)
           on conflict (id) do update set email = excluded.email, doc = excluded.doc`,
          user.id,
          user.email,
          user.createdAt,
          JSON.stringify(user),
        ),
      remove: (id: string) => run("delete from user where id = ?", id),
      /** Those whose address has the text in it, newest first. */
      count: (text: string) => one<{ n: number }>("select count(*) as n from user where instr(email, ?)", text)?.n ?? 0,
      page: (text: string, limit: number, offset: number): User[] =>
        (
          db
            .query("select doc from user where instr(email, ?) order by created_at desc, id limit ? offset ?")
            .all(text, limit, offset) as {
            doc: string;
          }[]
        ).map(({ doc: text }) => JSON.parse(text)),
    },
    session: {
      byId: (id: string) => doc<Session>(one("select doc from session where id = ?", id)),
      add: (session: Session) =>
        run("insert into session values (?, ?, ?)", session.id, session.userId, JSON.stringify(session)),
      remove: (id: string) => run("delete from session where id = ?", id),
      removeAllOf: (userId: string, but = "") => run("delete from session where user_id = ? and id <> ?", userId, but),
    },
    refresh: {
      find: (token: string): RefreshToken | undefined =>
        toToken(one("select * from refresh_token where token = ?", token)),
      activeOf: (sessionId: string): RefreshToken | undefined =>
        toToken(one("select * from refresh_token where session_id = ? and revoked = 0", sessionId)),
      add: (token: RefreshToken) =>
        run(
          "insert into refresh_token values (?, ?, ?, 0, ?)",
          token.token,
          token.sessionId,
          token.parent,
          token.updatedAt,
        ),
      revoke: (token: string, now: number) =>
        run("update refresh_token set revoked = 1, updated_at = ? where token = ?", now, token),
      revokeAllOf: (sessionId: string) => run("update refresh_token set revoked = 1 where session_id = ?", sessionId),
    },
    oneTime: {
      byHash: (hash: string): OneTimeToken | undefined => {
        const row = one<{ user_id: string; kind: OneTimeToken["kind"]; hash: string; sent_at: number }>(
          "select * from one_time_token where hash = ?",
          hash,
        );
        return row ? { hash: row.hash, userId: row.user_id, kind: row.kind, sentAt: row.sent_at } : undefined;
      },
      set: ({ userId, kind, hash, sentAt }: OneTimeToken) =>
        run("insert or replace into one_time_token values (?, ?, ?, ?)", userId, kind, hash, sentAt),
      removeAllOf: (userId: string) => run("delete from one_time_token where user_id = ?", userId),
    },
  };
}

type TokenRow = { token: string; session_id: string; parent: string | null; revoked: number; updated_at: number };

const toToken = (row: TokenRow | null): RefreshToken | undefined =>
  row
    ? {
        token: row.token,
        sessionId: row.session_id,
        parent: row.parent,
        revoked: row.revoked === 1,
        updatedAt: row.updated_at,
      }
    : undefined;
