import { attempted, PROMPT } from "../../openai/attempts.ts";
import { type OpenAI, toUpstreamError } from "../../openai/client.ts";
import { Pace } from "../../openai/pace.ts";
import { CitedText } from "./cited_text.ts";
import { searchTextOf, type Turn } from "./conversation.ts";
import type { SearchFilter } from "./fields.ts";
import { promptOf } from "./prompt.ts";
import { type FoundChunk, type Scope, type SearchPorts, searchChunks } from "./search.ts";

/** A source as the answer's numbers name it. */
export type CitedSource = Pick<FoundChunk, "id" | "source" | "document" | "title" | "path" | "url" | "page"> & {
  number: number;
  /** The sentence of it that fits the question best. */
  quote: string;
};

export type Answer = {
  answer: string;
  /** Whether the documents answered; `answer` says so too when they did not. */
  answered: boolean;
  sources: CitedSource[];
  /** How much of the answer's words its sources have, 0 to 1; null when nothing was answered. */
  groundedness: number | null;
  /** The model as the service names it, and what it says it is: a stand-in says so here. */
  model: string;
  fingerprint: string | null;
  tokens: number;
};

/** A part of an answer while it is written; the last one is the whole. */
export type AnswerEvent = { type: "text"; text: string } | ({ type: "done" } & Answer);

export const UNKNOWN = "The documents do not answer this question.";

const SOURCES = 8;
const MAX_ANSWER_TOKENS = 800;

export type AnswerPorts = SearchPorts & { openai: OpenAI };
export type Question = { question: string; filter?: SearchFilter; history?: Turn[] };

/**
 * Answers a question from an index, part by part: finds sources, lets the model write from them, gives out only what cites
 * them, and looks each cited chunk up again at the end. Throws Upstream.
 */
export async function* answerEvents(ports: AnswerPorts, scope: Scope, asked: Question): AsyncGenerator<AnswerEvent> {
  const { question, filter, history = [] } = asked;
  const query = searchTextOf(question, history);
  const chunks = await searchChunks(ports, scope, { query, filter, limit: SOURCES, rerank: true });
  const model = scope.settings.chatModel;
  const unknown = { answer: UNKNOWN, answered: false, sources: [], groundedness: null, model, fingerprint: null };
  if (chunks.length === 0) {
    yield { type: "text", text: UNKNOWN };
    yield { type: "done", ...unknown, tokens: 0 };
    return;
  }
  const text = new CitedText(chunks);
  const told = { model, fingerprint: null as string | null, tokens: 0 };
  let answer = "";
  for await (const piece of written(ports.openai, model, promptOf(question, chunks, history), told)) {
    const shown = text.push(piece);
    answer += shown;
    if (shown) yield { type: "text", text: shown };
  }
  const rest = text.end();
  answer += rest;
  if (rest) yield { type: "text", text: rest };
  const sources = await standing(ports, scope, text, chunks);
  const answered = sources.length > 0;
  if (!answered) yield { type: "text", text: UNKNOWN };
  const done = answered ? { answer: answer.trim(), answered, sources, groundedness: text.groundedness } : unknown;
  yield { type: "done", ...done, ...told };
}

/** The pieces that a model writes. What it says of itself is told on the way. */
async function* written(
  openai: OpenAI,
  model: string,
  messages: OpenAI.ChatCompletionMessageParam[],
  told: { model: string; fingerprint: string | null; tokens: number },
): AsyncGenerator<string> {
  const request = {
    model,
    messages,
    temperature: 0,
    max_completion_tokens: MAX_ANSWER_TOKENS,
    stream: true as const,
    stream_options: { include_usage: true },
  };
  const stream = await attempted(new Pace(), 0, () => openai.chat.completions.create(request).withResponse(), PROMPT);
  try {
    for await (const { model: name, system_fingerprint, usage, choices } of stream) {
      told.model = name;
      told.fingerprint = system_fingerprint ?? told.fingerprint;
      told.tokens = usage?.total_tokens ?? told.tokens;
      const piece = choices[0]?.delta.content;
      if (piece) yield piece;
    }
  } catch (error) {
    throw toUpstreamError(error);
  }
}

/** The cited sources that are in the index still, and still visible to the caller. */
async function standing(
  { qdrant }: AnswerPorts,
  { collection, tenants }: Scope,
  text: CitedText,
  chunks: FoundChunk[],
): Promise<CitedSource[]> {
  const cited = [...text.cited]
    .sort((one, other) => one - other)
    .map((number) => ({ number, chunk: chunks[number - 1]! }));
  if (cited.length === 0) return [];
  const ids = cited.map(({ chunk }) => chunk.id);
  const points = await qdrant.retrieve(collection, { ids, with_payload: ["tenant"] });
  const there = new Set(
    points.filter(({ payload }) => tenants.includes(String(payload?.tenant))).map(({ id }) => String(id)),
  );
  return cited.filter(({ chunk }) => there.has(chunk.id)).map(({ number, chunk }) => sourceOf(number, chunk));
}

function sourceOf(
  number: number,
  { id, source, document, title, path, url, page, text, highlights }: FoundChunk,
): CitedSource {
  const quote = highlights[0]?.text ?? text.slice(0, 200);
  const about = { number, id, source, document, title, path, quote };
  return { ...about, ...(url ? { url } : {}), ...(page === undefined ? {} : { page }) };
}
