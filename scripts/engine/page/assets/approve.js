/** @import { Job } from "../shapes.ts" */
import { repeat } from "./api.js";
import { approvalForm } from "./approval_form.js";
import { fill, h } from "./dom.js";
import { chip, nameOf, statusOf } from "./format.js";

const LOOK_MS = 1000;

/** The page behind an approval link: its signature is all that it needs, and all that it may use. */
const [, , workspace = "", job = "", resumeId = "", signature = ""] = location.pathname.split("/");
const address = (/** @type {string} */ verb) =>
  `/api/w/${workspace}/jobs_u/${verb}/${job}/${resumeId}/${signature}${location.search}`;

/** @typedef {{ job: Job, approvers: { resume_id: number, approver: string }[] }} Suspended */

/** @param {string} verb @param {RequestInit} [init] */
async function ask(verb, init) {
  const answer = await fetch(address(verb), { ...init, credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error((await answer.text()) || `the engine answered ${answer.status}`);
  return answer;
}

/** @param {string} verb @param {unknown} payload */
const say = (verb, payload) =>
  ask(verb, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(payload) });

const heading = h("div", { class: "heading" });
const body = h("section", { class: "card approval", "aria-label": "Approval", "aria-live": "polite" });
document.body.replaceChildren(h("main", { id: "view", class: "approve-page" }, heading, body));

let drawn = "";

/** Draws anew only what has changed: a form that is being filled in stays. @param {Suspended} suspended */
function show({ job: flow, approvers }) {
  const slots = flow.type === "QueuedJob" ? (flow.flow_status?.modules ?? []) : [];
  const index = slots.findIndex((slot) => slot.type === "WaitingForEvents" && (slot.job === job || flow.id === job));
  const answered = approvers.some((one) => one.resume_id === Number(resumeId));
  const key = JSON.stringify([statusOf(flow), index, answered, approvers.length]);
  if (key === drawn) return;
  drawn = key;
  fill(heading, h("div", { class: "title-row" }, h("h1", {}, nameOf(flow)), chip(statusOf(flow))));
  if (index >= 0 && !answered)
    fill(
      body,
      ...approvalForm(flow, index, {
        approve: (payload) => say("resume", payload),
        disapprove: () => say("cancel", null),
      }),
    );
  else fill(body, h("p", {}, outcome(flow, answered)));
}

/** @param {Job} flow @param {boolean} answered */
function outcome(flow, answered) {
  if (flow.type === "CompletedJob")
    return flow.success ? "The flow has ended well." : "The flow has ended, and not well.";
  if (answered) return "This link has been used. The flow goes on, or waits for the others.";
  return "The flow does not wait for this answer now.";
}

const life = new AbortController();
await repeat(LOOK_MS, life.signal, async () => {
  const suspended = /** @type {Suspended} */ (await (await ask("get_flow")).json());
  show(suspended);
  return suspended.job.type === "CompletedJob";
}).catch((/** @type {Error} */ error) => fill(body, h("p", { class: "field-error", role: "alert" }, error.message)));
