import { PROMPT } from "../../openai/attempts.ts";
import { embedder } from "../../openai/embed.ts";
import { withQdrant } from "../../qdrant/client.ts";
import type { AskingConnections } from "./connections.ts";
import type { SearchInput } from "./fields.ts";
import { countCall, requireBudget, spendBudget } from "./limits.ts";
import type { Reader } from "./reader.ts";
import { type FoundChunk, searchChunks } from "./search.ts";

export type SearchResult = { index: string; items: FoundChunk[] };

/**
 * A search as the route does it: counted against the caller's limits and budget, and within what the caller may see.
 * Throws RateLimited, Upstream.
 */
export async function searchDocuments(
  { qdrant, openai, redis, collection }: AskingConnections,
  { project, input, who, client }: { project: string; input: SearchInput; who: Reader; client: string },
): Promise<SearchResult> {
  const counted = { project, caller: who.id || client };
  await countCall(redis, "search", counted);
  await requireBudget(redis, counted);
  const { settings, tenants } = who;
  const { model, dimensions } = settings;
  let tokens = 0;
  const spend = async (some: number) => {
    tokens += some;
  };
  const embed = embedder({ client: openai, model, dimensions, spend, patience: PROMPT });
  const items = await withQdrant(qdrant, (store) =>
    searchChunks({ qdrant: store, embed }, { collection, settings, tenants }, input),
  );
  await spendBudget(redis, counted, tokens);
  return { index: input.index, items };
}
