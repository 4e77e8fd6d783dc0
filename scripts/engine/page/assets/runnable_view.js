/** @import { Job, Runnable, Scene } from "../shapes.ts" */
/** @import { Place } from "./router.js" */

import { repeat } from "./api.js";
import { curlOf } from "./curl.js";
import { card, copyButton, fill, h } from "./dom.js";
import { drawFlow } from "./flow_graph.js";
import { inAddress, toRun, toRuns } from "./router.js";
import { runsTable } from "./runs_table.js";
import { schemaForm } from "./schema_form.js";

const RECENT = 8;
const REFRESH_MS = 2000;

/** A script or flow: what it does, the form that runs it, its last runs. @param {Scene} scene @param {Place} place */
export async function runnableView({ api, outlet, signal }, { name, path, query }) {
  const kind = name === "flow" ? "flow" : "script";
  const address = kind === "flow" ? `/flows/get/${inAddress(path)}` : `/scripts/get/p/${inAddress(path)}`;
  const item = await /** @type {Promise<Runnable & { content?: string, value?: import("../shapes.ts").FlowValue }>} */ (
    api.get(address, signal)
  );
  const from = query.get("from");
  const before = from
    ? await /** @type {Promise<Job>} */ (api.get(`/jobs_u/get/${inAddress(from)}`, signal)).catch(() => undefined)
    : undefined;

  const command = h("pre", { class: "code-block command" });
  const showCommand = () =>
    fill(command, curlOf({ origin: location.origin, workspace: api.workspace, kind, path, args: form.peek() }));
  const resourcesOf = async (/** @type {string} */ type) => {
    const found = await /** @type {Promise<{ path: string }[]>} */ (
      api.get(`/resources/list?resource_type=${encodeURIComponent(type)}`, signal)
    );
    return found.map((one) => one.path);
  };
  const form = schemaForm(item.schema, resourcesOf, () => showCommand());
  if (before?.args) form.write(before.args);
  showCommand();

  const run = h("button", { class: "primary" }, "Run");
  const fault = h("p", { class: "field-error", role: "alert" });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const args = form.read();
    if (!args || run.disabled) return;
    run.disabled = true;
    fill(fault);
    try {
      location.hash = toRun(await api.post(`/jobs/run/${kind === "flow" ? "f" : "p"}/${inAddress(path)}`, args));
    } catch (error) {
      fill(fault, /** @type {Error} */ (error).message);
    } finally {
      run.disabled = false;
    }
  };
  const formElement = h(
    "form",
    {
      class: "card",
      novalidate: true,
      "aria-label": `Run ${path}`,
      onsubmit: submit,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit(event);
      },
    },
    h("h2", {}, "Arguments"),
    form.element,
    h(
      "div",
      { class: "actions" },
      run,
      h("span", { class: "help" }, "or ", h("kbd", {}, "Ctrl"), " ", h("kbd", {}, "Enter")),
      fault,
    ),
  );
  const table = runsTable({ name: false });
  const recent = card(["Recent runs", h("a", { class: "more", href: toRuns({ path }) }, "All")], table.element);
  const graph = item.value && drawFlow(item.value);
  const steps = graph && card("Steps", graph.element);
  const shell = card(["From a shell", copyButton(() => command.textContent ?? "")], command);
  document.title = `${path.split("/").at(-1)} · run8n engine`;
  fill(
    outlet,
    heading(item, kind),
    h(
      "div",
      { class: "columns" },
      h("div", {}, formElement, shell, item.content !== undefined && source(item.content)),
      h("div", {}, !graph?.isWide && steps, recent),
      graph?.isWide && h("div", { class: "whole" }, steps),
    ),
  );
  const list = `/jobs/list?per_page=${RECENT}&script_path_exact=${encodeURIComponent(path)}`;
  await repeat(REFRESH_MS, signal, async () => table.show(await api.get(list, signal)));
}

/** @param {Runnable} item @param {string} kind */
function heading({ path, summary, description }, kind) {
  const folder = path.split("/").slice(0, -1).join("/");
  return h(
    "div",
    { class: "heading" },
    h("p", { class: "crumb" }, `${folder}/`, h("span", { class: "tag" }, kind)),
    h("h1", {}, path.split("/").at(-1)),
    summary ? h("p", { class: "summary" }, summary) : null,
    description ? h("p", { class: "description" }, description) : null,
  );
}

/** @param {string} content */
const source = (content) =>
  h("details", { class: "card source" }, h("summary", {}, "Source"), h("pre", { class: "code-block" }, content));
