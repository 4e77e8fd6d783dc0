import { askingConnections } from "../../lib/ai/asking/connections.ts";
import type { SearchInput } from "../../lib/ai/asking/fields.ts";
import type { Reader } from "../../lib/ai/asking/reader.ts";
import { SEARCH_ROUTE } from "../../lib/ai/asking/routes.ts";
import { searchDocuments } from "../../lib/ai/asking/search_documents.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, SEARCH_ROUTE);
}

/**
 * Searches a project's documents: `POST /api/ai/search` on its site, `{ "query", "index", "limit", "mode": "hybrid" |
 * "dense" | "sparse", "minSimilarity", "rerank", "filter": { "source", "document", "metadata" }, "organization" }`. Answers
 * `{ "items": [{ "id", "document", "title", "path", "text", "url", "score", "highlights" }] }`. The index says who may
 * call; callers see their own documents and those that are everybody's, whatever they send.
 * @param project The project whose documents they are, from the path of the route.
 * @param input What to search for.
 * @param who Who calls and what they may see, as the gate found it.
 * @param caller Where the call came from.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { index: string; query: string; limit?: number },
  who: { id: string; tenants: string[]; settings: object },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    const asked = { project, input: input as SearchInput, who: who as Reader, client: caller.client };
    return searchDocuments(await askingConnections(project, input.index), asked);
  });
}
