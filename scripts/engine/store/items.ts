import type { Database } from "bun:sqlite";

/** What the workspace holds besides scripts and jobs. Each is kept as the JSON document that was pushed. */
export type ItemKind = "folder" | "flow" | "resource" | "resource_type" | "variable" | "schedule" | "http_trigger";

export type Doc = Record<string, unknown>;

export type Item = {
  path: string;
  doc: Doc;
  /** Grows with every edit. */
  version: number;
  createdBy: string;
  createdAt: Date;
  editedBy: string;
  editedAt: Date;
};

export type ItemStore = {
  find(kind: ItemKind, path: string): Item | undefined;
  exists(kind: ItemKind, path: string): boolean;
  /** All of a kind by path, or one page of them. */
  list(kind: ItemKind, page?: { limit: number; offset: number }): Item[];
  /** False when there is one already; nothing is changed then. */
  create(kind: ItemKind, path: string, doc: Doc, by: string): boolean;
  /** Replaces the document, and the path when a new one is given. */
  replace(kind: ItemKind, path: string, doc: Doc, by: string, newPath?: string): void;
  remove(kind: ItemKind, path: string): boolean;
  /** A number that changes with every edit of any item; caches compare it. */
  revision(): number;
};

type Row = {
  path: string;
  doc: string;
  version: number;
  created_by: string;
  created_at: number;
  edited_by: string;
  edited_at: number;
};

export function openItems(db: Database): ItemStore {
  let revision = 0;
  const toItem = (row: Row): Item => ({
    path: row.path,
    doc: JSON.parse(row.doc) as Doc,
    version: row.version,
    createdBy: row.created_by,
    createdAt: new Date(row.created_at),
    editedBy: row.edited_by,
    editedAt: new Date(row.edited_at),
  });
  return {
    find(kind, path) {
      const row = db.query<Row, [string, string]>("select * from item where kind = ? and path = ?").get(kind, path);
      return row ? toItem(row) : undefined;
    },
    exists: (kind, path) => db.query("select 1 from item where kind = ? and path = ?").get(kind, path) !== null,
    list: (kind, page) =>
      db
        .query<Row, [string, number, number]>("select * from item where kind = ? order by path limit ? offset ?")
        .all(kind, page?.limit ?? -1, page?.offset ?? 0)
        .map(toItem),
    create(kind, path, doc, by) {
      revision++;
      const now = Date.now();
      return (
        db
          .query(
            `insert into item (kind, path, doc, created_by, created_at, edited_by, edited_at)
             values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
          )
          .run(kind, path, JSON.stringify(doc), by, now, by, now).changes > 0
      );
    },
    replace(kind, path, doc, by, newPath = path) {
      revision++;
      db.query(
        `update item set path = ?, doc = ?, version = version + 1, edited_by = ?, edited_at = ?
         where kind = ? and path = ?`,
      ).run(newPath, JSON.stringify(doc), by, Date.now(), kind, path);
    },
    remove(kind, path) {
      revision++;
      return db.query("delete from item where kind = ? and path = ?").run(kind, path).changes > 0;
    },
    revision: () => revision,
  };
}
