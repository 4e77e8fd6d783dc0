import type { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import type { Doc } from "./items.ts";

/** One version of a script; the newest one of a path that is not archived is the deployed one. */
export type Script = {
  hash: string;
  path: string;
  content: string;
  language: string;
  lock: string | null;
  /** Everything that was pushed, `content` and `lock` included. */
  doc: Doc;
  parentHash: string | null;
  archived: boolean;
  createdAt: Date;
  createdBy: string;
};

export type ScriptStore = {
  deployed(path: string): Script | undefined;
  byHash(hash: string): Script | undefined;
  /** The deployed version of every path, by path. */
  list(options?: { archived?: boolean; limit?: number; offset?: number }): Script[];
  /** Newest first. */
  history(path: string): Script[];
  add(doc: Doc & { path: string; content: string }, by: string, parent?: Script): Script;
  archive(path: string): boolean;
  /** A number that changes whenever a deployed script changes; caches compare it. */
  revision(): number;
};

type Row = {
  hash: string;
  path: string;
  doc: string;
  parent_hash: string | null;
  archived: number;
  created_at: number;
  created_by: string;
};

export function openScripts(db: Database): ScriptStore {
  let revision = 0;
  const first = (row: Row | null) => (row ? toScript(row) : undefined);
  const byHash = (hash: string) => first(db.query<Row, [string]>("select * from script where hash = ?").get(hash));
  return {
    deployed: (path) =>
      first(
        db
          .query<Row, [string]>("select * from script where path = ? and not archived order by rowid desc limit 1")
          .get(path),
      ),
    byHash,
    list: ({ archived = false, limit = -1, offset = 0 } = {}) =>
      db
        .query<Row, [number, number, number]>(
          `select * from script s where rowid = (select max(rowid) from script where path = s.path) and archived = ?
           order by path limit ? offset ?`,
        )
        .all(archived ? 1 : 0, limit, offset)
        .map(toScript),
    history: (path) =>
      db.query<Row, [string]>("select * from script where path = ? order by rowid desc").all(path).map(toScript),
    add(doc, by, parent) {
      revision++;
      const now = Date.now();
      const text = JSON.stringify(doc);
      const hash = versionHash(text, parent?.hash, now);
      db.transaction(() => {
        db.query("update script set archived = 1 where path = ? and not archived").run(doc.path);
        if (parent) db.query("update script set archived = 1 where hash = ?").run(parent.hash);
        db.query(
          "insert into script (hash, path, doc, parent_hash, created_at, created_by) values (?, ?, ?, ?, ?, ?)",
        ).run(hash, doc.path, text, parent?.hash ?? null, now, by);
      })();
      return byHash(hash) as Script;
    },
    archive(path) {
      revision++;
      return db.query("update script set archived = 1 where path = ? and not archived").run(path).changes > 0;
    },
    revision: () => revision,
  };
}

function toScript(row: Row): Script {
  const doc = JSON.parse(row.doc) as Doc;
  return {
    hash: row.hash,
    path: row.path,
    content: String(doc.content ?? ""),
    language: String(doc.language ?? "bun"),
    lock: typeof doc.lock === "string" && doc.lock !== "" ? doc.lock : null,
    doc,
    parentHash: row.parent_hash,
    archived: row.archived === 1,
    createdAt: new Date(row.created_at),
    createdBy: row.created_by,
  };
}

/** Windmill's form: 64 bits as 16 hex digits. */
const versionHash = (text: string, parent: string | undefined, now: number) =>
  createHash("sha256")
    .update(`${parent ?? ""}\n${now}\n${text}`)
    .digest("hex")
    .slice(0, 16);
