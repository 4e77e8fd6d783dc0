/** @import { Job, Scene } from "../shapes.ts" */
/** @import { Place } from "./router.js" */
import { repeat } from "./api.js";
import { fill, h } from "./dom.js";
import { toRuns } from "./router.js";
import { runsTable } from "./runs_table.js";

const PER_PAGE = 50;
const REFRESH_MS = 2000;

/** @type {Record<string, { label: string, list: string, query?: string }>} */
const STATUSES = {
  "": { label: "Any status", list: "/jobs/list" },
  open: { label: "Queued or running", list: "/jobs/queue/list" },
  succeeded: { label: "Succeeded", list: "/jobs/completed/list", query: "success=true" },
  failed: { label: "Failed", list: "/jobs/completed/list", query: "success=false" },
};

/** All runs, newest first, a page at a time; the first page keeps itself up to date. @param {Scene} scene @param {Place} place */
export async function runsView({ api, outlet, signal, runnables }, { query }) {
  const path = query.get("path") ?? "";
  const steps = query.get("steps") ?? "";
  const wanted = query.get("status") ?? "";
  const status = Object.hasOwn(STATUSES, wanted) ? wanted : "";
  const page = Math.max(1, Math.floor(Number(query.get("page")) || 1));
  const at = (/** @type {Record<string, string>} */ change) => toRuns({ path, status, steps, ...change });

  const search = h("input", {
    type: "search",
    value: path,
    list: "known-paths",
    placeholder: "Path or its beginning",
    "aria-label": "Filter by path",
    spellcheck: "false",
    autocomplete: "off",
  });
  const known = h("datalist", { id: "known-paths" });
  const choice = h(
    "select",
    { "aria-label": "Filter by status" },
    ...Object.entries(STATUSES).map(([value, { label }]) => h("option", { value, selected: value === status }, label)),
  );
  const withSteps = h("input", { type: "checkbox", id: "with-steps", checked: steps === "yes" });
  const change = () =>
    (location.hash = toRuns({
      path: search.value.trim(),
      status: choice.value,
      steps: withSteps.checked ? "yes" : "",
    }));
  for (const one of [search, choice, withSteps]) one.addEventListener("change", change);
  void runnables().then(
    (all) =>
      fill(
        known,
        ...all.filter(({ path }) => !path.startsWith("f/lib/")).map((one) => h("option", { value: one.path })),
      ),
    () => undefined,
  );

  const table = runsTable();
  const newer = h(
    "a",
    { class: "button", hidden: page === 1, href: at(page > 2 ? { page: `${page - 1}` } : {}) },
    "Newer",
  );
  const older = h("a", { class: "button", hidden: true, href: at({ page: `${page + 1}` }) }, "Older");
  document.title = "Runs · run8n engine";
  fill(
    outlet,
    h("div", { class: "heading" }, h("h1", {}, "Runs")),
    h(
      "form",
      {
        class: "filters",
        role: "search",
        "aria-label": "Runs",
        onsubmit: (/** @type {Event} */ event) => event.preventDefault(),
      },
      search,
      known,
      choice,
      h("label", { for: "with-steps", class: "check" }, withSteps, "with steps of flows"),
    ),
    h("section", { class: "card flush" }, table.element),
    h("nav", { class: "pager", "aria-label": "Pages" }, newer, h("span", { class: "soft" }, `Page ${page}`), older),
  );

  const { list, query: more } = /** @type {{ list: string, query?: string }} */ (STATUSES[status]);
  const address = `${list}?${new URLSearchParams({
    per_page: String(PER_PAGE),
    page: String(page),
    ...(path ? { script_path_start: path } : {}),
    ...(steps ? {} : { has_null_parent: "true" }),
  })}${more ? `&${more}` : ""}`;
  const empty = path || status ? "No run is like this." : "No runs yet. Choose a script on the left.";
  await repeat(REFRESH_MS, signal, async () => {
    const jobs = await /** @type {Promise<Job[]>} */ (api.get(address, signal));
    table.show(jobs, page > 1 ? "There are no older runs." : empty);
    older.hidden = jobs.length < PER_PAGE;
    return page > 1;
  });
}
