/** @import { Job } from "../shapes.ts" */
import { h } from "./dom.js";
import { jsonView } from "./json_view.js";

const SAID = ["name", "message", "stack", "hint", "step_id"];

/** What a job ended with: its value, or its error. @param {Job} job */
export function resultOf(job) {
  const error = errorOf(job.result);
  if (job.success === false && error) return errorView(error);
  return jsonView(job.result);
}

/** @param {unknown} result @returns {Record<string, unknown> | undefined} */
function errorOf(result) {
  const error = /** @type {{ error?: unknown } | null | undefined} */ (result)?.error;
  return error !== null && typeof error === "object" ? /** @type {Record<string, unknown>} */ (error) : undefined;
}

/**
 * What to read first: what is wrong, then what to do next. What an error carries lies in it or in its `extra`.
 * @param {Record<string, unknown>} error
 */
function errorView(error) {
  const { extra, ...own } = error;
  /** @type {Record<string, unknown>} */
  const all = { ...own, ...(extra !== null && typeof extra === "object" ? extra : {}) };
  const more = Object.fromEntries(Object.entries(all).filter(([name]) => !SAID.includes(name)));
  return h(
    "div",
    { class: "error" },
    h(
      "p",
      { class: "error-name" },
      said(all.name) || "Error",
      all.step_id ? h("span", { class: "tag" }, `step ${said(all.step_id)}`) : null,
    ),
    h("p", { class: "error-message" }, said(error.message)),
    all.hint ? h("p", { class: "error-hint" }, h("b", {}, "What to do: "), said(all.hint)) : null,
    Object.keys(more).length > 0 && jsonView(more),
    all.stack ? h("details", {}, h("summary", {}, "Stack"), h("pre", { class: "code-block" }, said(all.stack))) : null,
  );
}

/** @param {unknown} value */
const said = (value) => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));
