import { PreconditionError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { type Backup, type BackupPorts, backUp } from "./backup.ts";
import { type Changes, changesBetween, planHash } from "./changes.ts";
import { isNotFound, type QdrantClient } from "./client.ts";
import { qdrantName } from "./names.ts";
import { type Asked, type Shape, shapeOf } from "./shape.ts";
import { shapeFrom, toCreate, toIndex, toUpdate } from "./wire.ts";

export type EnsuredCollection = {
  project: string;
  collection: string;
  /** Its name in Qdrant. */
  name: string;
  status: "created" | "updated" | "unchanged" | "planned";
  /** What was changed, or what the plan would change. */
  changes: string[];
  /** With the status `planned`: pass its hash as `plan` to do it. All points go; `points` says how many. */
  plan?: { hash: string; points: number };
  /** The backup that was taken before a plan was done. */
  backup?: Backup;
};

type Wanted = { project: string; collection: string; plan?: string } & Asked;

/**
 * Makes a project's collection exist and match. What Qdrant can change in place is changed; for the rest, which loses
 * every point, the answer is a plan and nothing happens until its hash comes back. Then the collection is backed up and
 * made anew, empty. Throws InvalidInput, Precondition when the plan is not the present one, Upstream.
 */
export async function ensureCollection(ports: BackupPorts, wanted: Wanted): Promise<EnsuredCollection> {
  const { project, collection, plan: _, ...asked } = wanted;
  qdrantName(project, collection);
  shapeOf(asked);
  const audited = { project, collection, ...asked };
  const operation = { sql: ports.sql, verb: "infra/qdrant/ensure_collection", project, arguments: audited };
  return operate({ ...operation, leaseSeconds: 3600 }, () => bringCollection(ports, wanted));
}

/** The same as a part of another verb, which has the project's lease. */
export async function bringCollection(
  { sql, qdrant, http }: BackupPorts,
  { project, collection, plan, ...asked }: Wanted,
): Promise<EnsuredCollection> {
  const name = qdrantName(project, collection);
  const wanted = shapeOf(asked);
  const about = { project, collection, name };
  const found = await findShape(qdrant, name);
  if (!found) {
    await create(qdrant, name, wanted);
    return { ...about, status: "created", changes: [] };
  }
  const changes = changesBetween(found.shape, wanted);
  if (changes.reindex.length === 0) return { ...about, ...(await adjust(qdrant, name, wanted, changes)) };
  const hash = planHash(name, found.shape, wanted);
  if (!plan) return { ...about, status: "planned", changes: changes.reindex, plan: { hash, points: found.points } };
  if (plan !== hash) throw stalePlan();
  const backup = await backUp({ sql, qdrant, http }, { project, collection });
  await qdrant.deleteCollection(name);
  await create(qdrant, name, wanted);
  return { ...about, status: "updated", changes: changes.reindex, backup };
}

/** The shape of a collection and how many points it has, or nothing when there is none. */
export async function findShape(
  qdrant: QdrantClient,
  name: string,
): Promise<{ shape: Shape; points: number } | undefined> {
  try {
    const info = await qdrant.getCollection(name);
    return { shape: shapeFrom(info), points: info.points_count ?? 0 };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function create(qdrant: QdrantClient, name: string, wanted: Shape): Promise<void> {
  await qdrant.createCollection(name, toCreate(wanted));
  await makeIndexes(qdrant, name, wanted, Object.keys(wanted.indexes));
}

async function adjust(qdrant: QdrantClient, name: string, wanted: Shape, { inPlace, indexes }: Changes) {
  if (inPlace.length === 0 && indexes.length === 0) return { status: "unchanged" as const, changes: [] };
  await qdrant.updateCollection(name, toUpdate(wanted));
  await makeIndexes(qdrant, name, wanted, indexes);
  return { status: "updated" as const, changes: [...inPlace, ...indexes.map((field) => `index on ${field}`)] };
}

/** An index of another kind on the field has to go first: Qdrant would keep it. */
async function makeIndexes(qdrant: QdrantClient, name: string, wanted: Shape, fields: string[]): Promise<void> {
  const { payload_schema } = await qdrant.getCollection(name);
  for (const field of fields) {
    if (payload_schema[field]) await qdrant.deletePayloadIndex(name, field, { wait: true });
    const field_schema = toIndex(wanted.indexes[field]!);
    await qdrant.createPayloadIndex(name, { field_name: field, field_schema, wait: true });
  }
}

const stalePlan = (): PreconditionError =>
  new PreconditionError("The plan is not the one for the collection as it is now", {
    hint: "Call again without plan, look at the changes, and pass the new hash.",
    details: { argument: "plan" },
  });
