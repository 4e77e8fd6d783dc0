/** @import { FlowValue, Module, State, StepState } from "../shapes.ts" */
/** @import { Box } from "./flow_layout.js" */
import { fill, h, s } from "./dom.js";
import { layout } from "./flow_layout.js";
import { toRun } from "./router.js";

const SHOWN_ITERATIONS = 60;
const MARGIN = 4;
/** Wider than this a graph takes the whole line. */
const WIDE = 480;

/** @type {Record<State, { mark: string, word: string }>} */
const STATES = {
  waiting: { mark: "", word: "waiting" },
  running: { mark: "", word: "running" },
  approval: { mark: "?", word: "waiting for approval" },
  succeeded: { mark: "✓", word: "succeeded" },
  failed: { mark: "✕", word: "failed" },
  skipped: { mark: "–", word: "skipped" },
};

/** A flow as a picture; `update` shows where its steps stand, each then leads to its job. @param {FlowValue} flow */
export function drawFlow(flow) {
  const drawing = layout(flow);
  const [width, height] = [drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN];
  const edges = drawing.edges.map(({ path }) => s("path", { d: path, class: "edge", "marker-end": "url(#arrow)" }));
  const boxes = drawing.boxes.map((box) => {
    const group = s("g", { class: "box" });
    return { box, group, drawn: "" };
  });
  const arrow = s(
    "marker",
    { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
    s("path", { d: "M0 .5 7 4 0 7.5z", class: "arrow" }),
  );
  const element = s(
    "svg",
    {
      class: "graph",
      width,
      height,
      viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`,
      role: "group",
      "aria-label": "Steps of the flow",
    },
    s("defs", {}, arrow),
    ...boxes.map(({ group }) => group),
    ...edges,
  );
  /** @param {Map<string, StepState>} [states] */
  const update = (states) => {
    for (const one of boxes) {
      const state = states?.get(one.box.of ?? one.box.id);
      const key = JSON.stringify(state ?? null);
      if (key === one.drawn) continue;
      const hadFocus = one.group.contains(document.activeElement);
      one.drawn = key;
      one.group.setAttribute("class", classOf(one.box, state));
      one.group.setAttribute("data-step", one.box.id);
      fill(one.group, content(one.box, state));
      if (hadFocus) one.group.querySelector("a")?.focus();
    }
  };
  update();
  const box = h("div", { class: "graph-box" }, element);
  // A graph wider than its place begins in its middle, where the steps are.
  const observer = new ResizeObserver(() => {
    box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
    observer.disconnect();
  });
  observer.observe(box);
  return { element: box, isWide: width > WIDE, update };
}

/** @param {Box} box @param {StepState | undefined} state */
function classOf(box, state) {
  const isTaken = box.kind === "label" && state?.chosen !== undefined && state.chosen === box.branch;
  return ["box", `of-${box.kind}`, state && box.kind !== "label" && `is-${state.state}`, isTaken && "is-taken"]
    .filter(Boolean)
    .join(" ");
}

/** @param {Box} box @param {StepState | undefined} state */
function content(box, state) {
  if (box.kind === "label")
    return s(
      "text",
      { x: box.x + box.width / 2, y: box.y + 17, "text-anchor": "middle", class: "label" },
      short(box.text ?? "", box.width / 6.4),
      s("title", {}, box.text),
    );
  const module = /** @type {Module} */ (box.module);
  const { title, detail } = wordsOf(module);
  const word = state ? STATES[state.state].word : "";
  const right = box.x + box.width - 20;
  const done = state?.jobs && `${state.jobs.length}${state.count === undefined ? "" : ` of ${state.count}`}`;
  const said = [word || detail, done, state?.note].filter(Boolean).join(" · ");
  const parts = [
    s("title", {}, `${title}${module.summary ? "" : ` (${detail})`}${word ? `: ${word}` : ""}`),
    s("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 8, class: "frame" }),
    s("rect", { x: box.x, y: box.y + 8, width: 3, height: (box.kind === "step" ? box.height : 52) - 16, class: "bar" }),
    s("text", { x: box.x + 14, y: box.y + 22, class: "title" }, short(title, state ? 24 : 28)),
    s("text", { x: box.x + 14, y: box.y + 39, class: "detail" }, short(said, 32)),
    state && s("circle", { cx: right, cy: box.y + 26, r: 8, class: "dot" }),
    state && s("text", { x: right, y: box.y + 30, "text-anchor": "middle", class: "mark" }, STATES[state.state].mark),
  ];
  const label = `${title}, ${word || detail}`;
  const head =
    state?.job && !state.jobs
      ? s("a", { href: toRun(state.job), "aria-label": `${label}. Open its run` }, ...parts)
      : s("g", {}, ...parts);
  return [head, ...(state?.jobs ? iterations(box, state) : [])];
}

/** One small square per iteration or branch, each leading to its job. @param {Box} box @param {StepState} state */
function iterations(box, { jobs = [], shown }) {
  const room = Math.max(1, Math.min(SHOWN_ITERATIONS, Math.floor((box.width - 190) / 9)));
  const from = Math.max(0, jobs.length - room);
  const left = box.x + box.width - 38 - (jobs.length - from) * 9;
  return jobs.slice(from).map(({ id, state }, index) => {
    const label = `${from + index + 1}: ${STATES[state].word}`;
    const isShown = id === shown && jobs.length > 1;
    return s(
      "a",
      { href: toRun(id), class: `iteration is-${state}`, "aria-label": `${label}. Open its run` },
      s("title", {}, isShown ? `${label}, shown below` : label),
      s("rect", { x: left + index * 9, y: box.y + 30, width: 7, height: 11, rx: 2 }),
      isShown && s("rect", { x: left + index * 9, y: box.y + 43, width: 7, height: 2 }),
    );
  });
}

/** @type {Record<string, string>} */
const KINDS = {
  rawscript: "inline script",
  identity: "passes on",
  forloopflow: "for each",
  whileloopflow: "while",
  branchone: "one of these",
  branchall: "all of these",
};

/** What a step is called, and what it runs. @param {Module} module */
function wordsOf({ id, summary, value }) {
  const detail = value.path?.split("/").slice(-2).join("/") ?? KINDS[value.type] ?? value.type;
  return {
    title: summary || (value.path && id.length < 3 ? (value.path.split("/").at(-1) ?? id) : id),
    detail: value.parallel ? `${detail}, in parallel` : detail,
  };
}

/** @param {string} text @param {number} length */
const short = (text, length) => (text.length > length ? `${text.slice(0, Math.floor(length) - 1)}…` : text);
