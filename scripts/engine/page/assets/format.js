/** @import { Job, State } from "../shapes.ts" */
import { h } from "./dom.js";

/** How long ago, in the largest unit that fits. @param {number} ms */
export function ago(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** A moment, exact when pointed at. @param {string} iso @param {"ago" | "clock"} [style] */
export function moment(iso, style = "ago") {
  const date = new Date(iso);
  const text = style === "ago" ? ago(Date.now() - date.getTime()) : date.toLocaleString();
  return h("time", { datetime: iso, title: `${date.toLocaleString()} (${iso})` }, text);
}

/** @param {Job} job @returns {State | "canceled" | "queued"} */
export function statusOf(job) {
  if (job.type === "CompletedJob") {
    if (job.canceled) return "canceled";
    return job.success ? (job.is_skipped ? "skipped" : "succeeded") : "failed";
  }
  if (isSuspended(job)) return "approval";
  return job.running ? "running" : "queued";
}

/** @param {Job} job */
export const isSuspended = ({ type, flow_status: status }) =>
  type === "QueuedJob" && (status?.modules.some((slot) => slot.type === "WaitingForEvents") ?? false);

/** @type {Record<string, string>} */
const WORDS = { approval: "waiting for approval", skipped: "skipped", waiting: "waiting" };

/** A state as a mark and a word; never by colour alone. @param {string} status */
export const chip = (status) => h("span", { class: `chip is-${status}` }, WORDS[status] ?? status);

/** How long a job took, or has been running. @param {Job} job */
export function took(job) {
  if (job.duration_ms !== undefined) return duration(job.duration_ms);
  return job.started_at ? duration(Date.now() - Date.parse(job.started_at)) : "–";
}

/** What a job ran: its path, or its kind when it has none. @param {Job} job */
export const nameOf = (job) => job.script_path ?? (job.job_kind.includes("flow") ? "flow preview" : job.job_kind);

/** @param {Job} job */
export const isFlow = (job) => job.raw_flow !== undefined || job.flow_status !== undefined;
