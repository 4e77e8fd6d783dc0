/** @import { Runnable } from "../shapes.ts" */
/** @import { Place } from "./router.js" */
import { repeat } from "./api.js";
import { fill, h } from "./dom.js";
import { toRunnable } from "./router.js";

const REFRESH_MS = 5000;

/**
 * Scripts and flows, grouped by folder and service. Libraries come last and closed: they are imported, not run.
 * @param {() => Promise<Runnable[]>} runnables
 */
export function sidebar(runnables) {
  const search = h("input", {
    type: "search",
    placeholder: "Search scripts and flows",
    "aria-label": "Search scripts and flows",
    "aria-keyshortcuts": "/",
    autocomplete: "off",
    spellcheck: "false",
  });
  const groups = h("div", { class: "groups" });
  const element = h(
    "nav",
    { id: "side", class: "side", "aria-label": "Scripts and flows" },
    h("div", { class: "search" }, search, h("kbd", { "aria-hidden": "true" }, "/")),
    groups,
  );
  /** @type {Runnable[]} */
  let all = [];
  let current = "";
  let drawn = "";
  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter((one) =>
      words.every((word) => `${one.path} ${one.summary ?? ""}`.toLowerCase().includes(word)),
    );
    const state = JSON.stringify([found.map(({ path, summary, kind }) => [path, summary, kind]), words.length > 0]);
    if (state !== drawn) fill(groups, found.length ? grouped(found, words.length > 0) : nothing(all.length === 0));
    drawn = state;
    for (const link of groups.querySelectorAll("a")) {
      if (link.getAttribute("href") !== current) link.removeAttribute("aria-current");
      else {
        link.setAttribute("aria-current", "page");
        link.closest("details")?.setAttribute("open", "");
      }
    }
  };
  search.addEventListener("input", draw);
  element.addEventListener("keydown", (event) => walk(event, element, search));
  const refresh = async () => {
    all = await runnables();
    draw();
    return !element.isConnected;
  };
  queueMicrotask(() =>
    repeat(REFRESH_MS, new AbortController().signal, refresh).catch(() => fill(groups, nothing(true))),
  );
  return {
    element,
    search,
    /** @param {Place} place */
    mark({ name, path }) {
      current = name === "script" || name === "flow" ? toRunnable(name, path) : "";
      draw();
    },
  };
}

/** @param {boolean} empty */
const nothing = (empty) =>
  h(
    "p",
    { class: "soft nothing" },
    empty ? "Nothing is deployed yet. Push with wmill sync push." : "Nothing has these words.",
  );

/** `f/infra/postgres/drop_schema` belongs to `infra / postgres`. @param {string} path */
const groupOf = (path) =>
  path
    .split("/")
    .slice(path.startsWith("f/") ? 1 : 0, -1)
    .join(" / ");

/** @param {Runnable} one */
const isLibrary = ({ path }) => path.startsWith("f/lib/");

/** @param {Runnable[]} found @param {boolean} searching */
function grouped(found, searching) {
  /** @type {Map<string, Runnable[]>} */
  const groups = new Map();
  for (const one of [...found.filter((one) => !isLibrary(one)), ...found.filter(isLibrary)]) {
    const name = groupOf(one.path);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups].map(([name, members]) =>
    h(
      "details",
      { open: searching || !members.every(isLibrary) },
      h("summary", {}, name, h("span", { class: "count" }, members.length)),
      h("ul", {}, ...members.map(entry)),
    ),
  );
}

/** @param {Runnable} one */
const entry = ({ path, summary, kind }) =>
  h(
    "li",
    {},
    h(
      "a",
      { href: toRunnable(kind, path), title: summary || path },
      h("span", { class: "name" }, path.split("/").at(-1)),
      kind === "flow" && h("span", { class: "tag" }, "flow"),
    ),
  );

/** Arrow keys go from entry to entry. @param {KeyboardEvent} event @param {HTMLElement} element @param {HTMLElement} search */
function walk(event, element, search) {
  if (event.key === "Escape" && event.target === search) return search.blur();
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const stops = [search, ...element.querySelectorAll("details[open] a, summary")].filter(
    (one) => one === search || /** @type {HTMLElement} */ (one).offsetParent !== null,
  );
  const next = stops[stops.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + by];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}
