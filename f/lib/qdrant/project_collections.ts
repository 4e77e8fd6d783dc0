import { UpstreamError } from "../errors.ts";
import type { QdrantValue } from "../resources.ts";
import { ownName, qdrantName } from "./names.ts";

/*
 * All collections of a project at once, for work on the whole project, whose caller holds the lease. Two plain calls:
 * the client library would slow down the start of every step of such work.
 */

type Fetch = typeof globalThis.fetch;

/** The project's own names of its collections, sorted. */
export async function collectionsOf(qdrant: QdrantValue, project: string, fetch?: Fetch): Promise<string[]> {
  const answer = await call(qdrant, "GET", "/collections", fetch);
  const { result } = (await answer.json()) as { result: { collections: { name: string }[] } };
  return result.collections.flatMap(({ name }) => ownName(project, name) ?? []).sort();
}

/** Deletes all collections of a project with every point in them. */
export async function deleteCollections(qdrant: QdrantValue, project: string, fetch?: Fetch): Promise<void> {
  for (const collection of await collectionsOf(qdrant, project, fetch)) {
    await call(qdrant, "DELETE", `/collections/${qdrantName(project, collection)}`, fetch);
  }
}

async function call({ url, api_key }: QdrantValue, method: string, path: string, fetch: Fetch = globalThis.fetch) {
  const headers: Record<string, string> = api_key ? { "api-key": api_key } : {};
  const answer = await fetch(`${url.replace(/\/$/, "")}${path}`, { method, headers }).catch((cause: unknown) => {
    throw new UpstreamError("Qdrant did not answer", {
      code: "upstream_unreachable",
      hint: "Check the resource f/infra/qdrant and that the server runs.",
      retryable: true,
      cause,
    });
  });
  if (answer.ok) return answer;
  throw new UpstreamError(`Qdrant refused a call (${answer.status})`, {
    hint: answer.status === 401 || answer.status === 403 ? "Check the key in f/infra/qdrant." : "See Qdrant's log.",
    retryable: answer.status === 429 || answer.status >= 500,
    details: { status: answer.status },
  });
}
