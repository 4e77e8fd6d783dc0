import { InvalidInputError } from "../../errors.ts";
import { describe, isUuid } from "../../names.ts";

/** What narrows a search, beside what the caller may see. */
export type SearchFilter = {
  source?: string[];
  document?: string[];
  metadata?: Record<string, (string | number | boolean)[]>;
};
export const SEARCH_MODES = ["hybrid", "dense", "sparse"] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

export type SearchInput = {
  index: string;
  query: string;
  limit?: number;
  mode?: SearchMode;
  minSimilarity?: number;
  rerank?: boolean;
  filter?: SearchFilter;
  organization?: string;
};

export type AnswerInput = Pick<SearchInput, "index" | "filter" | "organization"> & {
  question: string;
  conversation?: string;
  /** Set by the route that was called, never by the caller. */
  stream?: boolean;
};

const MAX_QUERY = 1000;
const MAX_LIMIT = 50;
const FIELD = /^[a-z_][a-z0-9_]{0,62}$/;

/** The body of a search, as it was checked. Throws InvalidInput. */
export function searchInput(body: Record<string, unknown>): SearchInput {
  only(body, ["index", "query", "limit", "mode", "minSimilarity", "rerank", "filter", "organization"]);
  return {
    index: text("index", body.index ?? "docs", 40),
    query: text("query", body.query, MAX_QUERY),
    ...optional("limit", body.limit, (value) => whole("limit", value, 1, MAX_LIMIT)),
    ...optional("mode", body.mode, (value) => word("mode", SEARCH_MODES, value)),
    ...optional("minSimilarity", body.minSimilarity, (value) => number("minSimilarity", value, -1, 1)),
    ...optional("rerank", body.rerank, (value) => truth("rerank", value)),
    ...optional("filter", body.filter, filterOf),
    ...optional("organization", body.organization, (value) => text("organization", value, 100)),
  };
}

/** The body of a question, as it was checked. Throws InvalidInput. */
export function answerInput(body: Record<string, unknown>): AnswerInput {
  only(body, ["index", "question", "conversation", "filter", "organization"]);
  return {
    index: text("index", body.index ?? "docs", 40),
    question: text("question", body.question, MAX_QUERY),
    ...optional("conversation", body.conversation, conversationId),
    ...optional("filter", body.filter, filterOf),
    ...optional("organization", body.organization, (value) => text("organization", value, 100)),
  };
}

function filterOf(value: unknown): SearchFilter {
  const filter = members("filter", value);
  only(filter, ["source", "document", "metadata"]);
  return {
    ...optional("source", filter.source, (one) =>
      list("filter.source", one).map((each) => text("filter.source", each, 40)),
    ),
    ...optional("document", filter.document, (one) =>
      list("filter.document", one).map((each) => text("filter.document", each, 1024)),
    ),
    ...optional("metadata", filter.metadata, metadataOf),
  };
}

function metadataOf(value: unknown): NonNullable<SearchFilter["metadata"]> {
  const entries = Object.entries(members("filter.metadata", value));
  if (entries.length > 10 || !entries.every(([key]) => FIELD.test(key))) {
    throw invalid("filter.metadata", "must have at most 10 snake_case names");
  }
  return Object.fromEntries(entries.map(([key, one]) => [key, list("filter.metadata", one).map(plain)]));
}

function plain(value: unknown): string | number | boolean {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return text("filter.metadata", value, 500);
}

function only(body: Record<string, unknown>, known: string[]): void {
  if (Object.keys(body).every((key) => known.includes(key))) return;
  throw new InvalidInputError("Body has a field that this route does not know", {
    hint: `Send only: ${known.join(", ")}.`,
  });
}

const optional = <N extends string, T>(name: N, value: unknown, read: (value: unknown) => T): { [K in N]?: T } =>
  (value === undefined ? {} : { [name]: read(value) }) as { [K in N]?: T };

function text(name: string, value: unknown, most: number): string {
  const trimmed = typeof value === "string" ? value.trim() : "";
  if (trimmed !== "" && trimmed.length <= most && !/\p{Cc}/u.test(trimmed.replace(/[\n\t]/g, ""))) return trimmed;
  throw invalid(name, `must be a text of 1 to ${most} characters; got ${describe(value)}`);
}

function whole(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value)) return number(name, value, least, most);
  throw invalid(name, `must be a whole number from ${least} to ${most}`);
}

function number(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw invalid(name, `must be a number from ${least} to ${most}`);
}

function truth(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw invalid(name, "must be true or false");
}

function word<T extends string>(name: string, known: readonly T[], value: unknown): T {
  if (known.includes(value as T)) return value as T;
  throw invalid(name, `must be one of ${known.join(", ")}`);
}

function list(name: string, value: unknown): unknown[] {
  const all = Array.isArray(value) ? value : [value];
  if (all.length >= 1 && all.length <= 20) return all;
  throw invalid(name, "must be one value or a list of at most 20");
}

function members(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(name, "must be an object");
}

function conversationId(value: unknown): string {
  if (typeof value === "string" && isUuid(value)) return value.toLowerCase();
  throw invalid("conversation", "must be a UUID that the client has made up");
}

const invalid = (name: string, what: string): InvalidInputError =>
  new InvalidInputError(`${name} ${what}`, { hint: `Correct ${name} and send it again.`, details: { argument: name } });
