/** @import { Api, Job } from "../shapes.ts" */
import { approvalForm } from "./approval_form.js";
import { fill, h } from "./dom.js";

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

/** Asks as whoever is signed in. @param {Api} api @param {Job} flow @param {number} index */
const question = (api, flow, index) =>
  approvalForm(flow, index, {
    approve: (payload) => api.post(`/jobs/flow/resume/${flow.id}`, payload),
    disapprove: () => refuse(api, flow.flow_status?.modules[index]?.job ?? flow.id),
  });

/** There is no address to disapprove but the signed one; only its path counts, the page stays with its own origin. @param {Api} api @param {string} job */
async function refuse(api, job) {
  const number = crypto.getRandomValues(new Uint32Array(1))[0];
  const { cancel } = await /** @type {Promise<{ cancel: string }>} */ (api.get(`/jobs/resume_urls/${job}/${number}`));
  const path = new URL(cancel).pathname.split("/").slice(4).join("/");
  await api.post(`/${path}`, null);
}
