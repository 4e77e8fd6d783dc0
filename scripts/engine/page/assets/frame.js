/** @import { Api, Runnable } from "../shapes.ts" */
import { fill, h } from "./dom.js";
import { placeOf, toRuns } from "./router.js";
import { runView } from "./run_view.js";
import { runnableView } from "./runnable_view.js";
import { runsView } from "./runs_view.js";
import { sidebar } from "./sidebar.js";

const VIEWS = {
  runs: runsView,
  run: runView,
  script: runnableView,
  flow: runnableView,
};

/** Ends the listeners of an earlier frame: somebody may sign out and in again. */
let frameLife = new AbortController();

/**
 * The page once somebody is signed in: what there is on the left, one view on the right.
 * @param {Api} api @param {() => void} signOut
 */
export function frame(api, signOut) {
  frameLife.abort();
  frameLife = new AbortController();
  const { signal } = frameLife;
  const outlet = h("main", { id: "view", tabindex: -1 });
  const runnables = listOf(api);
  const side = sidebar(runnables);
  const menu = h(
    "button",
    { type: "button", class: "quiet menu", "aria-expanded": "false", "aria-controls": "side" },
    "Browse",
  );
  const show = (/** @type {boolean} */ open) => {
    menu.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("side-open", open);
  };
  menu.addEventListener("click", () => show(menu.getAttribute("aria-expanded") !== "true"));
  const leave = () => {
    frameLife.abort();
    signOut();
  };
  const runs = h("a", { href: toRuns() }, "Runs");
  show(false);
  const header = h(
    "header",
    { class: "top" },
    menu,
    h(
      "a",
      { class: "brand", href: toRuns(), "aria-label": "run8n engine" },
      h("img", { src: "/page/icon.svg", alt: "", width: 22, height: 22 }),
      h("span", {}, "run8n engine"),
    ),
    h("span", { class: "workspace", title: "The workspace this engine serves" }, api.workspace),
    h("nav", { "aria-label": "Main" }, runs),
    h("button", { type: "button", class: "quiet", onclick: leave }, "Sign out"),
  );
  const skip = h("button", { type: "button", class: "skip", onclick: () => outlet.focus() }, "Skip to content");
  document.body.replaceChildren(skip, header, side.element, outlet);

  let life = new AbortController();
  const go = () => {
    life.abort();
    life = new AbortController();
    const place = placeOf(location.hash);
    const one = life.signal;
    show(false);
    if (place.name === "runs") runs.setAttribute("aria-current", "page");
    else runs.removeAttribute("aria-current");
    side.mark(place);
    outlet.replaceChildren(h("p", { class: "soft loading" }, "Loading …"));
    window.scrollTo(0, 0);
    VIEWS[place.name]({ api, outlet, signal: one, runnables }, place).catch((/** @type {Error} */ error) => {
      if (!one.aborted) fill(outlet, h("div", { class: "notice is-bad", role: "alert" }, error.message));
    });
  };
  window.addEventListener("hashchange", go, { signal });
  signal.addEventListener("abort", () => life.abort());
  window.addEventListener("keydown", (event) => focusSearch(event, side.search, () => show(true)), { signal });
  go();
}

/** @param {KeyboardEvent} event @param {HTMLElement} search @param {() => void} reveal */
function focusSearch(event, search, reveal) {
  const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  reveal();
  search.focus();
}

/** Scripts and flows by path, asked for once per second at most. @param {Api} api */
function listOf(api) {
  /** @type {{ at: number, list: Promise<Runnable[]> } | undefined} */
  let last;
  return () => {
    if (!last || Date.now() - last.at > 1000) last = { at: Date.now(), list: load(api) };
    return last.list;
  };
}

/** @param {Api} api @returns {Promise<Runnable[]>} */
async function load(api) {
  const kinds = /** @type {const} */ (["script", "flow"]);
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const items = await /** @type {Promise<Runnable[]>} */ (api.get(`/${kind}s/list?per_page=10000`));
      return items.map((item) => ({ ...item, kind }));
    }),
  );
  return lists.flat().sort((one, other) => (one.path < other.path ? -1 : 1));
}
