/** @import { Api, Job } from "../shapes.ts" */
import { fill, h } from "./dom.js";
import { schemaForm } from "./schema_form.js";

/**
 * The question that a flow waits with, drawn once per question: a form that is being filled in stays.
 * @param {Api} api
 */
export function approvalBox(api) {
  const element = h("section", { class: "card approval", hidden: true, "aria-label": "Approval" });
  let asked = "";
  return {
    element,
    /** @param {Job} flow */
    show(flow) {
      const slots = flow.type === "QueuedJob" ? (flow.flow_status?.modules ?? []) : [];
      const index = slots.findIndex(({ type }) => type === "WaitingForEvents");
      const key = index < 0 ? "" : `${index} ${slots[index]?.job}`;
      element.hidden = index < 0;
      if (key === asked) return;
      asked = key;
      if (index >= 0) fill(element, ...question(api, flow, index));
    },
  };
}

/** @param {Api} api @param {Job} flow @param {number} index */
function question(api, flow, index) {
  const slot = flow.flow_status?.modules[index];
  const step = flow.raw_flow?.modules[index - 1];
  const needed = slot?.count ?? 1;
  const schema = step?.suspend?.resume_form?.schema;
  const form = schema ? schemaForm(schema, async () => []) : undefined;
  const said = h("p", { role: "status", class: "help" });
  const approve = h("button", { class: "primary" }, "Approve");
  const disapprove = h("button", { type: "button", class: "danger" }, "Disapprove");
  const send = async (/** @type {string} */ word, /** @type {() => Promise<unknown>} */ work) => {
    approve.disabled = disapprove.disabled = true;
    try {
      await work();
      fill(said, needed > 1 ? `${word}. The flow may need more answers.` : `${word}.`);
      if (needed > 1) approve.disabled = disapprove.disabled = false;
    } catch (error) {
      fill(said, /** @type {Error} */ (error).message);
      approve.disabled = disapprove.disabled = false;
    }
  };
  disapprove.addEventListener("click", () => send("Disapproved", () => refuse(api, slot?.job ?? flow.id)));
  return [
    h("h2", {}, "Waiting for approval"),
    h(
      "p",
      {},
      "After step ",
      h("b", {}, step?.summary || step?.id || "?"),
      needed > 1 ? ` the flow needs ${needed} answers` : " the flow needs an answer",
      slot?.until ? ` until ${new Date(slot.until).toLocaleString()}.` : ".",
    ),
    h(
      "form",
      {
        novalidate: true,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          const payload = form ? form.read() : null;
          if (payload !== undefined) void send("Approved", () => api.post(`/jobs/flow/resume/${flow.id}`, payload));
        },
      },
      form?.element,
      h("div", { class: "actions" }, approve, disapprove, said),
    ),
  ];
}

/** There is no address to disapprove but the signed one; only its path counts, the page stays with its own origin. @param {Api} api @param {string} job */
async function refuse(api, job) {
  const number = crypto.getRandomValues(new Uint32Array(1))[0];
  const { cancel } = await /** @type {Promise<{ cancel: string }>} */ (api.get(`/jobs/resume_urls/${job}/${number}`));
  const path = new URL(cancel).pathname.split("/").slice(4).join("/");
  await api.post(`/${path}`, null);
}
