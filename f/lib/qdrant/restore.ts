import { randomUUID } from "node:crypto";
import { ConflictError, NotFoundError, UpstreamError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { type Backup, type BackupPorts, backupsOf } from "./backup.ts";
import { findShape } from "./ensure.ts";
import { qdrantName } from "./names.ts";

export type RestoredCollection = {
  project: string;
  collection: string;
  name: string;
  status: "restored";
  backup: Backup;
  points: number;
};

/**
 * Copies a backup in, the newest one unless another is named. A collection that has points is replaced only when
 * `confirm` is its name. Says so after counting the points again. Throws NotFound, Conflict, Upstream.
 */
export async function restoreCollection(
  { sql, qdrant, http }: BackupPorts,
  { project, collection, backup, confirm }: { project: string; collection: string; backup?: string; confirm?: string },
): Promise<RestoredCollection> {
  const name = qdrantName(project, collection);
  const asked = { project, collection, backup: backup ?? null };
  const operation = { sql, verb: "infra/qdrant/restore_collection", project, arguments: asked, leaseSeconds: 3600 };
  return operate(operation, async () => {
    const chosen = await choose(sql, project, collection, backup);
    const present = await findShape(qdrant, name);
    if (present && present.points > 0 && confirm !== collection) throw occupied(collection, present.points);
    await upload(http, name, sql, chosen.id);
    const { count: points } = await qdrant.count(name, { exact: true });
    if (points !== chosen.points) throw differs(chosen.points, points);
    return { project, collection, name, status: "restored", backup: chosen, points };
  });
}

async function choose(sql: Sql, project: string, collection: string, id: string | undefined): Promise<Backup> {
  const all = await backupsOf(sql, project, collection);
  const found = id ? all.find((one) => one.id === id) : all[0];
  if (found) return found;
  throw new NotFoundError(`Collection ${collection} of project ${project} has no ${id ? "such backup" : "backup"}`, {
    hint: "See get_collection for the backups there are.",
    details: { argument: "backup" },
  });
}

/** As the form that Qdrant takes, part by part, so that a large one does not have to fit into memory. */
async function upload(http: BackupPorts["http"], name: string, sql: Sql, id: string): Promise<void> {
  const boundary = `run8n-${randomUUID()}`;
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="snapshot"; filename="${id}.snapshot"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const pieces = (async function* () {
    yield Buffer.from(head);
    for (let part = 0; ; part++) {
      const { rows } = await sql.query<{ bytes: Buffer }>(
        "select bytes from run8n.collection_backup_part where backup = $1 and part = $2",
        [id, part],
      );
      if (!rows[0]) break;
      yield rows[0].bytes;
    }
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  })();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
  });
  await http(`/collections/${encodeURIComponent(name)}/snapshots/upload?priority=snapshot&wait=true`, {
    method: "POST",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body,
    duplex: "half",
  } as RequestInit);
}

const occupied = (collection: string, points: number): ConflictError =>
  new ConflictError(`Collection ${collection} has ${points} points, which the backup would replace`, {
    hint: "Pass the collection's name as confirm to replace them.",
    details: { argument: "confirm", points },
  });

const differs = (wanted: number, found: number): UpstreamError =>
  new UpstreamError(`The restored collection has ${found} points and the backup ${wanted}`, {
    hint: "Run the same call again; the backup is still there.",
    retryable: true,
    details: { wanted, found },
  });
