import { NotFoundError } from "../errors.ts";
import type { Page } from "../page.ts";
import type { Sql } from "../postgres/connect.ts";
import { type Backup, backupsOf } from "./backup.ts";
import type { QdrantClient } from "./client.ts";
import { findShape } from "./ensure.ts";
import { collectionName, ownName, qdrantName } from "./names.ts";
import type { Shape } from "./shape.ts";

export type CollectionDetails = {
  project: string;
  collection: string;
  /** Its name in Qdrant. */
  name: string;
  points: number;
} & Shape;

/** All collections of a project, by name. A project has few, so there is one page. */
export async function listCollections(qdrant: QdrantClient, project: string): Promise<Page<CollectionDetails>> {
  const { collections } = await qdrant.getCollections();
  const own = collections.flatMap(({ name }) => ownName(project, name) ?? []).sort();
  const found = await Promise.all(own.map((collection) => findCollection(qdrant, project, collection)));
  return { items: found.filter((one) => one !== undefined) };
}

export type CollectionWithBackups = CollectionDetails & { backups: Backup[] };

/** One collection with its backups. Throws NotFound. */
export async function getCollection(
  { sql, qdrant }: { sql: Sql; qdrant: QdrantClient },
  project: string,
  collection: string,
): Promise<CollectionWithBackups> {
  const found = await findCollection(qdrant, project, collection);
  if (found) return { ...found, backups: await backupsOf(sql, project, collection) };
  throw new NotFoundError(`Project ${project} has no collection ${collectionName(collection)}`, {
    hint: "Make it with ensure_collection, or see list_collections for those there are.",
  });
}

async function findCollection(
  qdrant: QdrantClient,
  project: string,
  collection: string,
): Promise<CollectionDetails | undefined> {
  const name = qdrantName(project, collection);
  const found = await findShape(qdrant, name);
  return found && { project, collection, name, points: found.points, ...found.shape };
}
