import type { Page } from "../../lib/page.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type CollectionDetails, listCollections } from "../../lib/qdrant/list.ts";
import { type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Lists a project's collections of vectors with their points, vectors, indexes and settings.
 * @param project Name of the project, for example "shop".
 * @param qdrant The vector store.
 */
export async function main(project: string, qdrant: Qdrant = "$res:f/infra/qdrant"): Promise<Page<CollectionDetails>> {
  return withQdrant(await resource(qdrant), (client) => listCollections(client, project));
}
