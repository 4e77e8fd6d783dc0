import type { Route } from "../../gate/admit.ts";
import { type AnswerInput, answerInput, type SearchInput, searchInput } from "./fields.ts";
import { type Reader, reader } from "./reader.ts";

/** `POST apps/:project/ai/search` */
export const SEARCH_ROUTE: Route<SearchInput, Reader> = {
  path: "apps/:project/ai/search",
  maxBytes: 16_384,
  accepts: ["json"],
  input: (body) => searchInput(body),
  who: reader("search_documents"),
};

const ANSWER = {
  maxBytes: 16_384,
  accepts: ["json"] as const,
  input: (body: Record<string, unknown>) => answerInput(body),
  who: reader("answer_question"),
};

/** `POST apps/:project/ai/answers`, and the same as a stream of events below `.../ai/answers/stream`. */
export const ANSWER_ROUTE: Route<AnswerInput, Reader> = { path: "apps/:project/ai/answers", ...ANSWER };
export const ANSWER_STREAM_ROUTE: Route<AnswerInput, Reader> = { path: "apps/:project/ai/answers/stream", ...ANSWER };
