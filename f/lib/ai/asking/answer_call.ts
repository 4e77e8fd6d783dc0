import { answerRoute } from "../../gate/answer.ts";
import type { Caller, Refusal } from "../../gate/event.ts";
import type { AnswerEvent } from "./answer.ts";
import { type AskedQuestion, answerQuestion } from "./answer_question.ts";
import type { AskingConnections } from "./connections.ts";

type Call = { caller: Caller; refusal?: Refusal | null; stream: boolean };

/**
 * Answers the route: at once as JSON, or as a stream of lines, each the JSON of an event, the last one `done` or `error`.
 * A call that the gate refused, or that fails before its first line, is answered as JSON either way.
 */
export async function answerCall(
  { stream, ...call }: Call,
  connect: () => Promise<AskingConnections>,
  asked: AskedQuestion,
): Promise<unknown> {
  if (!stream || call.refusal) return answerRoute(call, async () => answerQuestion(await connect(), asked));
  return lines(call, connect, asked);
}

/** Parts as they come: the work goes on while what it has told is taken off. */
async function* lines(
  call: Omit<Call, "stream">,
  connect: () => Promise<AskingConnections>,
  asked: AskedQuestion,
): AsyncGenerator<string> {
  const told: object[] = [];
  let ended = false;
  let wake = () => {};
  const tell = (event: AnswerEvent) => {
    told.push(event);
    wake();
  };
  const work = answerRoute(call, async () => answerQuestion(await connect(), asked, tell)).then((answer) => {
    if (answer.windmill_status_code >= 400) told.push({ type: "error", ...(answer.result as object) });
    ended = true;
    wake();
  });
  while (!ended || told.length > 0) {
    const event = told.shift();
    if (event) yield line(event);
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  await work;
}

/** Windmill turns a backslash with an n into a new line on the way, also one that JSON has made: so there is none. */
const line = (event: object): string =>
  `${JSON.stringify(event).replace(/\\([\\n])/g, (_, escaped) => (escaped === "n" ? "\\u000a" : "\\u005c"))}\n`;
