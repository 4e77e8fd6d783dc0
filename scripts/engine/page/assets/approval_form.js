/** @import { Job } from "../shapes.ts" */
import { fill, h } from "./dom.js";
import { schemaForm } from "./schema_form.js";

/**
 * The question that a flow waits with: what it asks for, and a button for each answer.
 * @param {Job} flow @param {number} index the module that waits
 * @param {{ approve(payload: unknown): Promise<unknown>, disapprove(): Promise<unknown> }} answers
 */
export function approvalForm(flow, index, answers) {
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
  disapprove.addEventListener("click", () => send("Disapproved", answers.disapprove));
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
          if (payload !== undefined) void send("Approved", () => answers.approve(payload));
        },
      },
      form?.element,
      h("div", { class: "actions" }, approve, step?.suspend?.hide_cancel ? null : disapprove, said),
    ),
  ];
}
