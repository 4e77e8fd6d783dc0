import { createHash, randomUUID } from "node:crypto";
import { NotFoundError, TooLargeError, UpstreamError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { withTables } from "../operations/tables.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { isNotFound, type QdrantClient, type QdrantHttp } from "./client.ts";
import { qdrantName } from "./names.ts";

/** A copy of a collection that lies outside of Qdrant. */
export type Backup = { id: string; takenAt: string; points: number; sizeBytes: number };

export type BackupPorts = { sql: Sql; qdrant: QdrantClient; http: QdrantHttp };

/** A gigabyte: the copy lies in the server's Postgres, whose disk all projects share. */
const MAX_BACKUP_BYTES = 1024 ** 3;
const PART_BYTES = 1024 ** 2;

/**
 * Copies a collection out: Qdrant makes a snapshot, its bytes go into `run8n.collection_backup_part` part by part and are
 * compared with the checksum that Qdrant gave, and the snapshot goes. Throws NotFound, Too large, Upstream.
 */
export async function backUp(
  ports: BackupPorts,
  { project, collection, maxBytes }: { project: string; collection: string; maxBytes?: number },
): Promise<Backup> {
  const { sql, qdrant, http } = ports;
  const name = qdrantName(project, collection);
  const { points, snapshot } = await takeSnapshot(qdrant, name, project, collection);
  try {
    const limit = maxBytes ?? MAX_BACKUP_BYTES;
    if (snapshot.size > limit) throw tooLarge(snapshot.size, limit);
    await withTables(sql, () => sql.query("select from run8n.collection_backup_part limit 0"));
    const path = `/collections/${encodeURIComponent(name)}/snapshots/${encodeURIComponent(snapshot.name)}`;
    const { body } = await http(path);
    if (!body) throw incomplete();
    return await transaction(sql, () => store(sql, { project, collection, points, snapshot, body }));
  } finally {
    await qdrant.deleteSnapshot(name, snapshot.name);
  }
}

type Snapshot = { name: string; size: number; checksum?: string | null };

async function takeSnapshot(qdrant: QdrantClient, name: string, project: string, collection: string) {
  try {
    const { count: points } = await qdrant.count(name, { exact: true });
    const snapshot = await qdrant.createSnapshot(name);
    if (!snapshot) throw incomplete();
    return { points, snapshot: snapshot as Snapshot };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new NotFoundError(`Project ${project} has no collection ${collection}`, { hint: "See list_collections." });
  }
}

async function store(
  sql: Sql,
  from: { project: string; collection: string; points: number; snapshot: Snapshot; body: ReadableStream<Uint8Array> },
): Promise<Backup> {
  const id = randomUUID();
  const { project, collection, points, snapshot } = from;
  const { rows } = await sql.query<{ taken_at: Date }>(
    `insert into run8n.collection_backup (id, project, collection, points, size_bytes, sha256)
     values ($1, $2, $3, $4, $5, '') returning taken_at`,
    [id, project, collection, points, snapshot.size],
  );
  const hash = createHash("sha256");
  let size = 0;
  let part = 0;
  for await (const bytes of parts(from.body)) {
    hash.update(bytes);
    size += bytes.byteLength;
    await sql.query("insert into run8n.collection_backup_part values ($1, $2, $3)", [id, part++, bytes]);
  }
  const sha256 = hash.digest("hex");
  if (size !== snapshot.size || (snapshot.checksum && snapshot.checksum !== sha256)) throw incomplete();
  await sql.query("update run8n.collection_backup set sha256 = $2 where id = $1", [id, sha256]);
  return { id, takenAt: rows[0]!.taken_at.toISOString(), points, sizeBytes: size };
}

/** The bytes in parts of one size, whatever sizes they come in. */
async function* parts(body: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    waiting.push(chunk);
    size += chunk.byteLength;
    if (size < PART_BYTES) continue;
    yield Buffer.concat(waiting);
    [waiting, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(waiting);
}

/** The same as a verb of its own, one at a time per project. */
export function backupCollection(
  ports: BackupPorts,
  asked: { project: string; collection: string; maxBytes?: number },
): Promise<Backup> {
  const { project, collection } = asked;
  const operation = {
    sql: ports.sql,
    verb: "infra/qdrant/backup_collection",
    project,
    arguments: { project, collection },
  };
  return operate({ ...operation, leaseSeconds: 3600 }, () => backUp(ports, asked));
}

/** The backups of a project's collection, newest first. */
export async function backupsOf(sql: Sql, project: string, collection: string): Promise<Backup[]> {
  const { rows } = await withTables(sql, () =>
    sql.query<{ id: string; taken_at: Date; points: string; size_bytes: string }>(
      `select id, taken_at, points, size_bytes from run8n.collection_backup
        where project = $1 and collection = $2 order by taken_at desc, id`,
      [project, collection],
    ),
  );
  return rows.map(({ id, taken_at, points, size_bytes }) => ({
    id,
    takenAt: taken_at.toISOString(),
    points: Number(points),
    sizeBytes: Number(size_bytes),
  }));
}

const tooLarge = (size: number, limit: number): TooLargeError =>
  new TooLargeError(`The snapshot has ${size} bytes, more than the ${limit} that may be kept`, {
    hint: "Copy it out of Qdrant by other means, for example to a bucket, or raise maxBytes.",
    details: { sizeBytes: size, maxBytes: limit },
  });

const incomplete = (): UpstreamError =>
  new UpstreamError("The snapshot did not arrive as Qdrant made it", {
    hint: "Run the same call again; nothing was kept of this one.",
    retryable: true,
  });
