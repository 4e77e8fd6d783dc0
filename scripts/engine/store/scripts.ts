import type { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import type { Doc } from "./items.ts";

/**
 * One version of a script; the newest one of a path that is not archived is the deployed one. One that was pushed without
 * a lock cannot be run until a job has worked out its lock; until then, and when that fails, an earlier one runs.
 */
export type Script = {
  /** Grows with every version of any script: two may be of the same millisecond. */
  seq: number;
  hash: string;
  path: string;
  content: string;
  language: string;
  /** Null as long as there is none. */
  lock: string | null;
  /** Why there will be none. */
  lockError: string | null;
  /** The job that works it out. */
  lockJob: string | null;
  /** Everything that was pushed, `content` and `lock` included. */
  doc: Doc;
  parentHash: string | null;
  archived: boolean;
  createdAt: Date;
  createdBy: string;
};

export type ScriptStore = {
  deployed(path: string): Script | undefined;
  /** The version that a run by path runs: the newest with a lock. */
  runnable(path: string): Script | undefined;
  byHash(hash: string): Script | undefined;
  /** The deployed version of every path, by path. */
  list(options?: { archived?: boolean; limit?: number; offset?: number }): Script[];
  /** Newest first. */
  history(path: string): Script[];
  add(doc: Doc & { path: string; content: string }, by: string, parent?: Script): Script;
  archive(path: string): boolean;
  /** Notes the job that works out the lock of a version, then what came of it. */
  awaitLock(hash: string, job: string): void;
  endLock(hash: string, end: { lock: string } | { error: string }): void;
  /** A number that changes whenever a deployed script changes; caches compare it. */
  revision(): number;
};

type Row = {
  seq: number;
  hash: string;
  path: string;
  doc: string;
  parent_hash: string | null;
  archived: number;
  created_at: number;
  created_by: string;
  lock_job: string | null;
  made_lock: string | null;
  lock_error: string | null;
};

const VERSIONS = `(select s.*, s.rowid as seq, l.job as lock_job, l.lock as made_lock, l.error as lock_error
  from script s left join script_lock l on l.hash = s.hash)`;

export function openScripts(db: Database): ScriptStore {
  let revision = 0;
  const first = (row: Row | null) => (row ? toScript(row) : undefined);
  const byHash = (hash: string) => first(db.query<Row, [string]>(`select * from ${VERSIONS} where hash = ?`).get(hash));
  return {
    deployed: (path) =>
      first(
        db
          .query<Row, [string]>(`select * from ${VERSIONS} where path = ? and not archived order by seq desc limit 1`)
          .get(path),
      ),
    runnable: (path) =>
      first(
        db
          .query<Row, [string, string]>(
            `select * from ${VERSIONS} where path = ? and (made_lock is not null or json_extract(doc, '$.lock') <> '')
             and exists (select 1 from script where path = ? and not archived) order by seq desc limit 1`,
          )
          .get(path, path),
      ),
    byHash,
    list: ({ archived = false, limit = -1, offset = 0 } = {}) =>
      db
        .query<Row, [number, number, number]>(
          `select * from ${VERSIONS} v where seq = (select max(rowid) from script where path = v.path) and archived = ?
           order by path limit ? offset ?`,
        )
        .all(archived ? 1 : 0, limit, offset)
        .map(toScript),
    history: (path) =>
      db.query<Row, [string]>(`select * from ${VERSIONS} where path = ? order by seq desc`).all(path).map(toScript),
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
    awaitLock: (hash, job) => void db.query("insert into script_lock (hash, job) values (?, ?)").run(hash, job),
    endLock(hash, end) {
      revision++;
      const [lock, error] = "lock" in end ? [end.lock, null] : [null, end.error];
      db.query("update script_lock set lock = ?, error = ? where hash = ?").run(lock, error, hash);
    },
    revision: () => revision,
  };
}

function toScript(row: Row): Script {
  const doc = JSON.parse(row.doc) as Doc;
  return {
    seq: row.seq,
    hash: row.hash,
    path: row.path,
    content: String(doc.content ?? ""),
    language: String(doc.language ?? "bun"),
    lock: typeof doc.lock === "string" && doc.lock !== "" ? doc.lock : row.made_lock,
    lockError: row.lock_error,
    lockJob: row.lock_job,
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
