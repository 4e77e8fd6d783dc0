import { InvalidInputError } from "../../errors.ts";
import type { OpenAI } from "../../openai/client.ts";
import { atOnce, embedder } from "../../openai/embed.ts";
import type { Sql } from "../../postgres/connect.ts";
import type { QdrantClient } from "../../qdrant/client.ts";
import { SHARED } from "../chunk_points.ts";
import { requireIndex } from "../index_record.ts";
import { type Answer, type AnswerEvent, answerEvents } from "./answer.ts";
import { type Example, examplesOf } from "./examples.ts";
import type { SearchMode } from "./fields.ts";
import { coverage } from "./highlights.ts";
import { type Scope, type SearchPorts, searchChunks } from "./search.ts";

export type Evaluation = {
  project: string;
  index: string;
  questions: number;
  k: number;
  /** How many of the expected documents stand among the first k chunks, on average; null without such questions. */
  recall: number | null;
  /** Mean of 1 / the rank of the first chunk of an expected document; one that is not found counts 0. */
  mrr: number | null;
  answers?: AnswerQuality;
  /** The first questions, by their number, whose documents were not all found, and what was found instead. */
  misses: { question: number; missing: string[]; found: string[] }[];
  /** Tokens of models that it took. */
  tokens: number;
};

/** Each a share or a mean from 0 to 1; null when no question of the kind was asked. */
export type AnswerQuality = {
  /** Questions with documents that were answered, and that were answered from one of these. */
  answered: number | null;
  cited: number | null;
  /** Questions without documents that were not answered. */
  declined: number | null;
  /** How much of the answers' words their cited sources have, and how much of the expected answers' words they have. */
  groundedness: number | null;
  agreement: number | null;
};

export type EvaluationRequest = {
  project: string;
  index: string;
  questions: unknown;
  k: number;
  mode: SearchMode;
  rerank: boolean;
  answers: boolean;
  /** Whose documents are seen beside everybody's. */
  tenant?: string;
};

type Judged = { found: string[]; missing: string[]; recall: number; reciprocalRank: number; answer?: Answer };

const AT_ONCE = 4;
const SHOWN_MISSES = 20;
const SHOWN_FOUND = 5;

/**
 * Asks an index questions whose documents are known, as a caller would, and says how good search and answers are. Changes
 * nothing. Throws InvalidInput, NotFound, Upstream.
 */
export async function evaluateSearch(
  { sql, qdrant, openai }: { sql: Sql; qdrant: QdrantClient; openai: OpenAI },
  asked: EvaluationRequest,
): Promise<Evaluation> {
  const examples = examplesOf(asked.questions);
  const k = wholeK(asked.k);
  const { project, name, collection, settings } = await requireIndex(sql, asked.project, asked.index);
  let tokens = 0;
  const spend = async (some: number) => {
    tokens += some;
  };
  const { model, dimensions } = settings;
  const ports = { qdrant, openai, embed: embedder({ client: openai, model, dimensions, spend }) };
  const scope = { collection, settings, tenants: asked.tenant ? [asked.tenant, SHARED] : [SHARED] };
  const judged = await atOnce(AT_ONCE, examples, async (example) => {
    const found = await judgeSearch(ports, scope, example, { ...asked, k });
    if (!asked.answers) return found;
    const answer = await answerOf(ports, scope, example.question);
    tokens += answer.tokens;
    return { ...found, answer };
  });
  const known = judged.filter((_, at) => examples[at]!.documents.length > 0);
  return {
    project,
    index: name,
    questions: examples.length,
    k,
    recall: mean(known.map(({ recall }) => recall)),
    mrr: mean(known.map(({ reciprocalRank }) => reciprocalRank)),
    ...(asked.answers ? { answers: qualityOf(examples, judged) } : {}),
    misses: judged
      .map(({ missing, found }, at) => ({ question: at + 1, missing, found: found.slice(0, SHOWN_FOUND) }))
      .filter(({ missing }) => missing.length > 0)
      .slice(0, SHOWN_MISSES),
    tokens,
  };
}

async function judgeSearch(
  ports: SearchPorts,
  scope: Scope,
  { question, documents }: Example,
  { k, mode, rerank }: Pick<EvaluationRequest, "k" | "mode" | "rerank">,
): Promise<Judged> {
  const chunks = await searchChunks(ports, scope, { query: question, limit: k, mode, rerank });
  const ranked = chunks.map(({ document }) => document);
  const missing = documents.filter((document) => !ranked.includes(document));
  const first = ranked.findIndex((document) => documents.includes(document));
  return {
    found: [...new Set(ranked)],
    missing,
    recall: documents.length === 0 ? 0 : 1 - missing.length / documents.length,
    reciprocalRank: first < 0 ? 0 : 1 / (first + 1),
  };
}

/** An answer ends with the whole of it. */
async function answerOf(ports: SearchPorts & { openai: OpenAI }, scope: Scope, question: string): Promise<Answer> {
  const events: AnswerEvent[] = [];
  for await (const event of answerEvents(ports, scope, { question })) events.push(event);
  return events.at(-1) as Answer & AnswerEvent;
}

function qualityOf(examples: Example[], judged: Judged[]): AnswerQuality {
  const all = examples.map((example, at) => ({ ...example, given: judged[at]!.answer! }));
  const known = all.filter(({ documents }) => documents.length > 0);
  const expected = all.filter(({ answer }) => answer !== undefined);
  const share = (of: typeof all, holds: (one: (typeof all)[number]) => boolean) => mean(of.map((one) => +holds(one)));
  return {
    answered: share(known, ({ given }) => given.answered),
    cited: share(known, ({ given, documents }) => given.sources.some(({ document }) => documents.includes(document))),
    declined: share(
      all.filter(({ documents }) => documents.length === 0),
      ({ given }) => !given.answered,
    ),
    groundedness: mean(all.flatMap(({ given }) => given.groundedness ?? [])),
    agreement: mean(expected.map(({ answer, given }) => (given.answered ? coverage(answer!, given.answer) : 0))),
  };
}

function mean(values: number[]): number | null {
  if (values.length === 0) return null;
  return Number((values.reduce((sum, one) => sum + one, 0) / values.length).toFixed(4));
}

function wholeK(k: number): number {
  if (Number.isInteger(k) && k >= 1 && k <= 50) return k;
  throw new InvalidInputError("k must be a whole number from 1 to 50", {
    hint: "Leave it out for 5.",
    details: { argument: "k" },
  });
}
