import { type Evaluation, evaluateSearch } from "../../lib/ai/asking/evaluate.ts";
import { openaiClient } from "../../lib/openai/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type Openai, type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Asks an index questions whose documents are known and says how good its search and its answers are: recall@k, mean
 * reciprocal rank, how well answers are grounded in what they cite, and whether it declines what it cannot know. Run it
 * before and after a change of model, chunk size or mode. Changes nothing; asks the models.
 * @param project Name of the project, for example "shop".
 * @param index Name of the index.
 * @param questions Each with the ids of the documents that answer it, none when the index must not know, and if you like
 * with the answer that you expect.
 * @param k How many chunks a search may bring, 1 to 50.
 * @param mode By meaning, by words, or by both.
 * @param rerank Puts the chunks into a better order, as a caller can ask for.
 * @param answers Also has each question answered; without it only the search is judged.
 * @param tenant In an index with tenants: whose documents are seen beside everybody's.
 * @param qdrant The vector store.
 * @param openai The service that embeds questions and answers them.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  index: string,
  questions: { question: string; documents: string[]; answer?: string }[],
  k = 5,
  mode: "hybrid" | "dense" | "sparse" = "hybrid",
  rerank = false,
  answers = true,
  tenant = "",
  qdrant: Qdrant = "$res:f/infra/qdrant",
  openai: Openai = "$res:f/infra/openai",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Evaluation> {
  const [store, service, postgres] = [await resource(qdrant), await resource(openai), await resource(db)];
  const asked = { project, index, questions, k, mode, rerank, answers, tenant };
  return withPostgres(postgres, (sql) =>
    withQdrant(store, (client) => evaluateSearch({ sql, qdrant: client, openai: openaiClient(service) }, asked)),
  );
}
