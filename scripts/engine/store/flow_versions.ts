import type { Database } from "bun:sqlite";
import type { Doc } from "./items.ts";

/** Every state that a flow was deployed in; the newest is the flow itself. */
export type FlowVersion = { id: number; path: string; doc: Doc; createdBy: string; createdAt: Date };

export type FlowVersions = {
  /** Newest first. */
  of(path: string): FlowVersion[];
  find(id: number): FlowVersion | undefined;
};

type Row = { id: number; path: string; doc: string; created_by: string; created_at: number };

export function openFlowVersions(db: Database): FlowVersions {
  const toVersion = ({ id, path, doc, created_by, created_at }: Row): FlowVersion => ({
    id,
    path,
    doc: JSON.parse(doc) as Doc,
    createdBy: created_by,
    createdAt: new Date(created_at),
  });
  return {
    of: (path) =>
      db.query<Row, [string]>("select * from flow_version where path = ? order by id desc").all(path).map(toVersion),
    find(id) {
      const row = db.query<Row, [number]>("select * from flow_version where id = ?").get(id);
      return row ? toVersion(row) : undefined;
    },
  };
}
