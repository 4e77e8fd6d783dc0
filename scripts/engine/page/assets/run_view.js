/** @import { Job, Scene } from "../shapes.ts" */
/** @import { Place } from "./router.js" */
import { pause } from "./api.js";
import { approvalBox } from "./approval.js";
import { card, fill, h } from "./dom.js";
import { drawFlow } from "./flow_graph.js";
import { statesOf } from "./flow_states.js";
import { chip, isFlow, moment, nameOf, statusOf, took } from "./format.js";
import { resultOf } from "./job_result.js";
import { jsonView } from "./json_view.js";
import { logView } from "./logs.js";
import { inAddress, toRun, toRunnable } from "./router.js";

const FLOW_LOOK_MS = 400;
const CLOCK_MS = 100;

/** A run, live until it ends. @param {Scene} scene @param {Place} place */
export async function runView({ api, outlet, signal }, { path: id }) {
  const getJob = (/** @type {string} */ one) =>
    /** @type {Promise<Job>} */ (api.get(`/jobs_u/get/${inAddress(one)}`, signal));
  let job = await getJob(id);
  const heading = h("div", { class: "heading" });
  const approval = approvalBox(api);
  const graph = job.raw_flow ? drawFlow(job.raw_flow) : undefined;
  const log = logView();
  const streamed = h("pre", { class: "code-block" });
  const result = h("div", {}, h("p", { class: "soft nothing" }, "Not there yet."));
  const progress = h("progress", { max: 100, hidden: true, "aria-label": "Progress" });
  const resultCard = card("Result", progress, result);
  const argumentCard = card("Arguments", jsonView(job.args ?? {}));
  const logCard = card("Log", log.element);
  const graphCard = graph && card("Steps", graph.element);
  const said = h("p", { class: "field-error", role: "alert" });
  const cancel = h("button", { type: "button", class: "danger" }, "Cancel");
  cancel.addEventListener("click", async () => {
    cancel.disabled = true;
    try {
      await api.post(`/jobs_u/queue/cancel/${id}`, { reason: "canceled on the page" });
    } catch (error) {
      cancel.disabled = false;
      fill(said, /** @type {Error} */ (error).message);
    }
  });
  document.title = `${nameOf(job).split("/").at(-1)} run · run8n engine`;
  fill(
    outlet,
    heading,
    said,
    approval.element,
    graph && !graph.isWide
      ? h("div", { class: "columns" }, h("div", {}, graphCard), h("div", {}, resultCard, argumentCard, logCard))
      : h("div", { class: "stack" }, resultCard, graphCard, logCard, argumentCard),
  );

  const facts = header(heading, cancel);
  const show = () => {
    facts.show(job);
    approval.show(job);
    if (job.type !== "CompletedJob") return;
    progress.hidden = true;
    fill(result, resultOf(job));
    resultCard.classList.toggle("is-bad", job.success !== true);
    log.end();
  };
  show();
  const clock = setInterval(() => facts.tick(job), CLOCK_MS);
  signal.addEventListener("abort", () => clearInterval(clock));
  if (graph) void watchFlow();

  await api.follow(
    id,
    (update) => {
      if (update.new_logs) log.append(update.new_logs);
      if (update.new_result_stream) {
        if (!streamed.isConnected) fill(result, streamed);
        streamed.append(update.new_result_stream);
      }
      if (update.progress !== undefined) {
        progress.hidden = false;
        progress.value = update.progress;
      }
      if (update.running && job.type === "QueuedJob")
        job = { ...job, running: true, started_at: job.started_at ?? new Date().toISOString() };
      if (update.job) job = update.job;
      show();
    },
    signal,
  );

  /** Jobs that have ended do not change, so they are asked for once. */
  async function watchFlow() {
    /** @type {Map<string, Job>} */
    const over = new Map();
    const getOnce = async (/** @type {string} */ one) => {
      const found = over.get(one) ?? (await getJob(one));
      if (found.type === "CompletedJob") over.set(one, found);
      return found;
    };
    while (!signal.aborted) {
      try {
        const now = await getJob(id);
        graph?.update(await statesOf(now, getOnce));
        if (job.type !== "CompletedJob") job = now;
        show();
        if (now.type === "CompletedJob") return;
      } catch {
        // The engine may be away for a moment; `follow` says so when the job is gone for good.
      }
      await pause(FLOW_LOOK_MS, signal);
    }
  }
}

/** What was run, by whom, since when: the times go on while it runs. @param {HTMLElement} heading @param {HTMLElement} cancel */
function header(heading, cancel) {
  let drawn = "";
  const time = h("span", { class: "took" });
  return {
    /** @param {Job} job */
    tick: (job) => fill(time, took(job)),
    /** @param {Job} job */
    show(job) {
      fill(time, took(job));
      const key = JSON.stringify([statusOf(job), job.started_at, job.canceled]);
      if (key === drawn) return;
      drawn = key;
      fill(heading, ...headerOf(job, cancel, time));
    },
  };
}

/** @param {Job} job @param {HTMLElement} cancel @param {HTMLElement} time */
function headerOf(job, cancel, time) {
  const kind = isFlow(job) ? "flow" : "script";
  const isDeployed = ["script", "flow"].includes(job.job_kind) && job.script_path !== undefined;
  /** @type {[string, import("./dom.js").Child][]} */
  const facts = [
    ["Took", time],
    ["Started", job.started_at ? moment(job.started_at, "clock") : "not yet"],
    ["By", job.created_by],
    ["Kind", job.job_kind],
    ["Step", job.flow_step_id],
    ["Part of", job.parent_job && h("a", { href: toRun(job.parent_job), class: "parent" }, "its flow")],
    ["Schedule", job.schedule_path],
    ["Canceled by", job.canceled && `${job.canceled_by ?? "?"}: ${job.canceled_reason ?? ""}`],
    ["Id", h("code", {}, job.id)],
  ];
  return [
    h("p", { class: "crumb" }, "Run of ", h("span", { class: "tag" }, kind)),
    h(
      "div",
      { class: "title-row" },
      h("h1", {}, isDeployed ? h("a", { href: toRunnable(kind, nameOf(job)) }, nameOf(job)) : nameOf(job)),
      chip(statusOf(job)),
      h(
        "div",
        { class: "title-actions" },
        isDeployed && h("a", { class: "button", href: toRunnable(kind, nameOf(job), job.id) }, "Run again …"),
        job.type === "QueuedJob" && cancel,
      ),
    ),
    h(
      "dl",
      { class: "facts" },
      ...facts.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
  ];
}
