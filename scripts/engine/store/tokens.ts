import type { Database } from "bun:sqlite";
import { createHash, randomBytes } from "node:crypto";
import type { Caller } from "../callers.ts";

export type TokenRow = {
  prefix: string;
  label: string | null;
  email: string;
  scopes: string[] | null;
  createdAt: Date;
  expiresAt: Date | null;
};

export type TokenStore = {
  find(token: string): Caller | undefined;
  create(owner: Caller, options: { label?: string; scopes?: string[]; expiresAt?: Date }): string;
  list(): TokenRow[];
  /** Removes the tokens that begin like this; the first ten characters are what a list shows. */
  remove(prefix: string): boolean;
};

type Row = {
  prefix: string;
  label: string | null;
  owner: string;
  email: string;
  scopes: string | null;
  created_at: number;
  expires_at: number | null;
};

/** Tokens made by users; only their hash is kept. */
export function openTokens(db: Database): TokenStore {
  const scopesOf = (row: Row) => (row.scopes ? (JSON.parse(row.scopes) as string[]) : null);
  return {
    find(token) {
      const row = db.query<Row, [string]>("select * from token where hash = ?").get(digest(token));
      if (!row || (row.expires_at !== null && row.expires_at < Date.now())) return undefined;
      const scopes = scopesOf(row);
      return {
        email: row.email,
        username: row.owner,
        permissionedAs: `u/${row.owner}`,
        ...(scopes ? { scopes } : {}),
      };
    },
    create(owner, { label, scopes, expiresAt }) {
      const token = randomBytes(16).toString("hex");
      db.query("insert into token values (?, ?, ?, ?, ?, ?, ?, ?)").run(
        digest(token),
        token.slice(0, 10),
        label ?? null,
        owner.username,
        owner.email,
        scopes ? JSON.stringify(scopes) : null,
        Date.now(),
        expiresAt?.getTime() ?? null,
      );
      return token;
    },
    list: () =>
      db
        .query<Row, []>("select * from token order by created_at")
        .all()
        .map((row) => ({
          prefix: row.prefix,
          label: row.label,
          email: row.email,
          scopes: scopesOf(row),
          createdAt: new Date(row.created_at),
          expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
        })),
    remove: (prefix) => db.query("delete from token where prefix = ?").run(prefix).changes > 0,
  };
}

const digest = (token: string) => createHash("sha256").update(token).digest("hex");
