/** @import { Job } from "../shapes.ts" */
import { fill, h } from "./dom.js";
import { chip, isFlow, moment, nameOf, statusOf, took } from "./format.js";
import { toRun } from "./router.js";

/**
 * Jobs, one per line; a line that has not changed is not drawn anew, so that focus and selection stay.
 * @param {{ name?: boolean }} [options] whether to show what was run
 */
export function runsTable({ name = true } = {}) {
  const body = h("tbody");
  const none = h("p", { class: "soft nothing" }, "Loading …");
  const columns = ["Status", ...(name ? ["What"] : []), "When", "Took", "Who", "Run"];
  const table = h(
    "table",
    { class: "runs", hidden: true },
    h("thead", {}, h("tr", {}, ...columns.map((text) => h("th", { scope: "col" }, text)))),
    body,
  );
  /** @type {Map<string, { key: string, row: HTMLElement }>} */
  let drawn = new Map();
  return {
    element: h("div", { class: "table-box" }, table, none),
    /** @param {Job[]} jobs @param {string} [empty] what to say when there are none */
    show(jobs, empty = "No runs yet.") {
      table.hidden = jobs.length === 0;
      none.hidden = jobs.length > 0;
      fill(none, empty);
      const next = new Map(
        jobs.map((job) => {
          const key = [statusOf(job), took(job), Math.floor((Date.now() - Date.parse(job.created_at)) / 5000)].join();
          const old = drawn.get(job.id);
          return [job.id, old?.key === key ? old : { key, row: line(job, name) }];
        }),
      );
      const rows = [...next.values()].map(({ row }) => row);
      if (rows.length !== body.children.length || rows.some((row, index) => row !== body.children[index]))
        swap(body, rows);
      drawn = next;
    },
  };
}

/** @param {HTMLElement} body @param {HTMLElement[]} rows */
function swap(body, rows) {
  const focused = body.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : undefined;
  body.replaceChildren(...rows);
  if (focused)
    /** @type {HTMLElement | null} */ (body.querySelector(`a[href="${CSS.escape(focused)}"]`))?.focus({
      preventScroll: true,
    });
}

/** @param {Job} job @param {boolean} named */
function line(job, named) {
  return h(
    "tr",
    {},
    h("td", {}, chip(statusOf(job))),
    named &&
      h(
        "td",
        { class: "what" },
        h("a", { href: toRun(job.id), class: "path" }, nameOf(job)),
        isFlow(job) && h("span", { class: "tag" }, "flow"),
        job.parent_job && h("span", { class: "tag" }, "step"),
        job.schedule_path && h("span", { class: "tag" }, "schedule"),
      ),
    h("td", { class: "when" }, moment(job.created_at)),
    h("td", { class: "number" }, took(job)),
    h("td", {}, job.created_by),
    h(
      "td",
      {},
      h(
        "a",
        { href: toRun(job.id), class: "id", title: job.id, ...(named ? { tabindex: -1, "aria-hidden": "true" } : {}) },
        job.id.slice(-8),
      ),
    ),
  );
}
