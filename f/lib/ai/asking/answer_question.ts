import { PROMPT } from "../../openai/attempts.ts";
import { embedder } from "../../openai/embed.ts";
import { withQdrant } from "../../qdrant/client.ts";
import { type Answer, type AnswerEvent, answerEvents } from "./answer.ts";
import type { AskingConnections } from "./connections.ts";
import { recall, remember } from "./conversation.ts";
import type { AnswerInput } from "./fields.ts";
import { countCall, requireBudget, spendBudget } from "./limits.ts";
import type { Reader } from "./reader.ts";

export type AskedQuestion = { project: string; input: AnswerInput; who: Reader; client: string };

/**
 * A question as the route answers it: counted against the caller's limits and budget, within what the caller may see, in
 * the conversation that it belongs to. Gives each part to `tell` as it comes. Throws RateLimited, Upstream.
 */
export async function answerQuestion(
  { qdrant, openai, redis, collection }: AskingConnections,
  { project, input, who, client }: AskedQuestion,
  tell: (event: AnswerEvent) => void = () => undefined,
): Promise<Answer> {
  const counted = { project, caller: who.id || client };
  await countCall(redis, "answer", counted);
  await requireBudget(redis, counted);
  const { settings, tenants } = who;
  const { question, filter, index } = input;
  const conversation = input.conversation && { project, index, caller: counted.caller, id: input.conversation };
  const history = conversation ? await recall(redis, conversation) : [];
  let tokens = 0;
  const spend = async (some: number) => {
    tokens += some;
  };
  const { model, dimensions } = settings;
  const embed = embedder({ client: openai, model, dimensions, spend, patience: PROMPT });
  const answer = await withQdrant(qdrant, async (store) => {
    const events = answerEvents(
      { qdrant: store, embed, openai },
      { collection, settings, tenants },
      { question, filter, history },
    );
    for await (const event of events) {
      tell(event);
      if (event.type === "done") {
        const { type: _, ...whole } = event;
        return whole;
      }
    }
    return undefined;
  });
  await spendBudget(redis, counted, tokens + (answer?.tokens ?? 0));
  if (conversation && answer?.answered) await remember(redis, conversation, { question, answer: answer.answer });
  return answer as Answer;
}
