import type { SendCommands } from "../../redis/rate_limit.ts";

/** One question of a conversation with its answer. */
export type Turn = { question: string; answer: string };

const MAX_TURNS = 6;
const MAX_ANSWER = 1500;
const IDLE_SECONDS = 3600;

/** A conversation is its caller's own: another caller with the same id has another one. */
const keyOf = ({ project, index, caller, id }: Conversation): string =>
  `run8n:${project}:ai_conversation:${index}:${caller}:${id}`;

export type Conversation = { project: string; index: string; caller: string; id: string };

/** The latest turns, oldest first; none of a conversation that nobody has continued for an hour. */
export async function recall(redis: SendCommands, conversation: Conversation): Promise<Turn[]> {
  const [turns] = await redis([["LRANGE", keyOf(conversation), String(-MAX_TURNS), "-1"]]);
  return (Array.isArray(turns) ? turns : []).map((turn) => JSON.parse(String(turn)) as Turn);
}

export async function remember(
  redis: SendCommands,
  conversation: Conversation,
  { question, answer }: Turn,
): Promise<void> {
  const key = keyOf(conversation);
  await redis([
    ["RPUSH", key, JSON.stringify({ question, answer: answer.slice(0, MAX_ANSWER) })],
    ["LTRIM", key, String(-MAX_TURNS), "-1"],
    ["EXPIRE", key, String(IDLE_SECONDS)],
  ]);
}

/** A short question goes on from the one before; what is searched for has both. */
export function searchTextOf(question: string, history: Turn[]): string {
  const before = history.at(-1)?.question;
  return before && question.split(/\s+/).length < 8 ? `${before} ${question}` : question;
}
