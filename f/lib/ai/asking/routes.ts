import type { Route } from "../../gate/admit.ts";
import type { RouteEvent } from "../../gate/event.ts";
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

const ANSWER = { maxBytes: 16_384, accepts: ["json"] as const, who: reader("answer_question") };

/** `POST apps/:project/ai/answers` */
export const ANSWER_ROUTE: Route<AnswerInput, Reader> = {
  path: "apps/:project/ai/answers",
  ...ANSWER,
  input: (body) => answerInput(body),
};

/** `POST apps/:project/ai/answers/stream`, as server-sent events */
export const ANSWER_STREAM_ROUTE: Route<AnswerInput, Reader> = {
  path: "apps/:project/ai/answers/stream",
  ...ANSWER,
  input: (body) => ({ ...answerInput(body), stream: true }),
};

/** Which of the two a request came by. */
export const answerRouteOf = ({ path }: RouteEvent): Route<AnswerInput, Reader> =>
  typeof path === "string" && /\/ai\/answers\/stream\/?$/.test(path) ? ANSWER_STREAM_ROUTE : ANSWER_ROUTE;
