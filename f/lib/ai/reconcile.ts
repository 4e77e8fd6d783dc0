import { operate } from "../operations/operate.ts";
import { transaction } from "../postgres/connect.ts";
import { type ChunkPayload, embeddedText } from "./chunk_points.ts";
import { type Difference, differences } from "./compare.ts";
import { type Index, requireIndex } from "./index_record.ts";
import { confirm, ledgerDocuments } from "./ledger.ts";
import { withDocuments } from "./locks.ts";
import { deletePoints, type PointId, verifyPoints, writePoints } from "./points.ts";
import { vectorsFor } from "./vector_cache.ts";
import type { WritePorts } from "./write_documents.ts";

export type ReconciledIndex = {
  project: string;
  index: string;
  status: "unchanged" | "updated" | "incomplete";
  /** Chunks that were written again from the ledger, and points that were deleted. */
  written: number;
  deleted: number;
  /** What is still wrong after looking again; 0 unless the status is `incomplete`. */
  left: number;
};

type Row = { id: string; hash: string; state: string; status: string; tokens: number; payload: ChunkPayload };

const AT_A_TIME = 500;
const DOCUMENTS_AT_A_TIME = 100;

/**
 * Makes Qdrant hold exactly what the ledger says: writes what is missing or stale from the ledger, with vectors that were
 * kept or are embedded anew, deletes what the ledger does not know, and ends what an ingestion has begun and left. It does
 * not read the sources. Says so after looking again. Throws NotFound, Upstream.
 */
export async function reconcileIndex(
  ports: WritePorts,
  { project, index: name }: { project: string; index: string },
): Promise<ReconciledIndex> {
  const index = await requireIndex(ports.sql, project, name);
  const operation = { sql: ports.sql, verb: "infra/ai/reconcile_index", project, arguments: { project, index: name } };
  return operate({ ...operation, leaseSeconds: 6 * 3600 }, async () => {
    const done = { written: 0, deleted: 0 };
    const mend = async (wrong: Place[]) => {
      for (const group of groupsOf(wrong)) {
        const { written, deleted } = await mendDocuments(ports, index, group);
        done.written += written;
        done.deleted += deleted;
      }
    };
    await mend(await unfinished(ports, index));
    const some: Difference[] = [];
    for await (const difference of differences(ports, index)) {
      some.push(difference);
      if (some.length >= AT_A_TIME) await mend(some.splice(0));
    }
    await mend(some);
    let left = (await unfinished(ports, index)).length;
    for await (const _ of differences(ports, index)) left++;
    const status = left > 0 ? "incomplete" : done.written + done.deleted > 0 ? "updated" : "unchanged";
    return { project, index: index.name, status, ...done, left };
  });
}

type Place = { source: string; document: string; id?: PointId };
/** Documents of one source, with the points in them of which the ledger may know nothing. */
type Group = { source: string; documents: string[]; ids: PointId[] };

function groupsOf(wrong: Place[]): Group[] {
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const { source, document, id } of wrong) {
    let group = open.get(source);
    if (!group || (group.documents.length >= DOCUMENTS_AT_A_TIME && !group.documents.includes(document))) {
      group = { source, documents: [], ids: [] };
      open.set(source, group);
      groups.push(group);
    }
    if (!group.documents.includes(document)) group.documents.push(document);
    if (id !== undefined) group.ids.push(id);
  }
  return groups;
}

async function unfinished({ sql }: WritePorts, { name, tables }: Index): Promise<Place[]> {
  const { rows } = await sql.query<Place>(
    `select distinct source, document from ${tables.chunk} where index = $1 and status <> 'stored' order by 1, 2`,
    [name],
  );
  return rows;
}

/** While nobody else works on the documents: everything that the ledger has of them is written, the rest deleted. */
function mendDocuments(
  { sql, qdrant, embed }: WritePorts,
  index: Index,
  { source, documents, ids }: Group,
): Promise<{ written: number; deleted: number }> {
  return withDocuments(sql, index, source, documents, async () => {
    const { rows } = await sql.query<Row>(
      `select id, hash, state, status, tokens, payload from ${index.tables.chunk}
        where index = $1 and source = $2 and document = any($3) and (status <> 'stored' or id = any($4))`,
      [index.name, source, documents, ids.filter((id) => typeof id === "string")],
    );
    const writing = rows.filter(({ status }) => status !== "removing");
    const known = new Set<PointId>(writing.map(({ id }) => id));
    const removing = rows.filter(({ status }) => status === "removing").map(({ id }) => id);
    const deleting = [...new Set<PointId>([...removing, ...ids.filter((id) => !known.has(id))])];
    const texts = writing.map(({ hash, tokens, payload }) => ({ hash, tokens, embedded: embeddedText(payload) }));
    const ledger = await ledgerDocuments(sql, index, source, documents);
    const vectors = await vectorsFor(sql, index, embed, texts);
    await writePoints(qdrant, index, writing, vectors, ({ document }) => ledger.get(document)?.generation ?? 0);
    await deletePoints(qdrant, index, deleting);
    await verifyPoints(qdrant, index, { written: writing, deleted: deleting });
    await transaction(sql, () => confirm(sql, index, { written: writing.map(({ id }) => id), removed: removing }));
    return { written: writing.length, deleted: deleting.length };
  });
}
