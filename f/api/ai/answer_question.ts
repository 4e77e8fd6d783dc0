import { answerCall } from "../../lib/ai/asking/answer_call.ts";
import { askingConnections } from "../../lib/ai/asking/connections.ts";
import type { AnswerInput } from "../../lib/ai/asking/fields.ts";
import type { Reader } from "../../lib/ai/asking/reader.ts";
import { answerRouteOf } from "../../lib/ai/asking/routes.ts";
import { admit } from "../../lib/gate/admit.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, answerRouteOf(event));
}

/**
 * Answers a question from a project's documents: `POST /api/ai/answers` on its site, `{ "question", "index", "conversation",
 * "filter", "organization" }`. Answers `{ "answer", "answered", "sources": [{ "number", "document", "title", "url", "quote"
 * }], "groundedness" }`; each statement cites its source as [1]. When the documents do not say, `answered` is false. Below
 * `/api/ai/answers/stream` the same comes as server-sent events, part by part. `conversation` is a UUID that the client
 * makes up; the last questions of it are remembered for an hour.
 * @param project The project whose documents they are, from the path of the route.
 * @param input What is asked.
 * @param who Who asks and what they may see, as the gate found it.
 * @param caller Where the call came from.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { index: string; question: string; conversation?: string; stream?: boolean },
  who: { id: string; tenants: string[]; settings: object },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  const asked = { project, input: input as AnswerInput, who: who as Reader, client: caller.client };
  const connect = () => askingConnections(project, input.index);
  return answerCall({ caller, refusal, stream: input.stream ?? false }, connect, asked);
}
