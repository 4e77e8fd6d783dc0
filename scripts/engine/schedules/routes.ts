import { json, pageOf, readDoc, requireFields, text } from "../api/answers.ts";
import { answerOf, checkPath, type ItemFamily } from "../api/items.ts";
import type { Engine } from "../engine.ts";
import { badRequest, notFound } from "../errors.ts";
import { type Call, del, get, post, type Route } from "../router.ts";
import { checkScope } from "../scopes.ts";
import type { Doc, Item } from "../store/items.ts";
import { upcoming } from "./cron.ts";
import { checkSchedule, refuseEnterprise, toSchedule } from "./schedule.ts";

const FAMILY: ItemFamily = {
  kind: "schedule",
  base: "/schedules",
  noun: "Schedule",
  defaults: { extra_perms: {}, args: null, cron_version: "v2", no_flow_overlap: false, ws_error_handler_muted: false },
};
const REQUIRED = ["path", "schedule", "timezone", "script_path", "is_flow"];
const PREVIEWED = 5;
const RUNS_SHOWN = 20;
/** What comes along with a push and is no part of the schedule. */
const NOT_KEPT = ["path", "email", "error", "permissioned_as", "preserve_permissioned_as", "has_permissioned_as"];
/** What an update leaves as it is: Windmill's update knows none of these. */
const NOT_UPDATED = ["script_path", "is_flow", "enabled"];

function find({ engine, params }: Call): Item {
  const item = engine.items.find("schedule", params.path as string);
  if (!item) throw notFound(`Schedule not found at name ${params.path}`);
  return item;
}

function check(engine: Engine, doc: Doc): void {
  checkSchedule(doc);
  const { dynamicSkip } = toSchedule({ path: "", doc, editedBy: "" });
  if (dynamicSkip && !engine.scripts.deployed(dynamicSkip))
    throw badRequest(
      `Dynamic skip handler '${dynamicSkip}' not found. The handler must be an existing, non-archived script at schedule creation time.`,
    );
}

/** Stores the schedule and queues its next job, or does neither. */
const inOne = (engine: Engine, path: string, store: () => void) =>
  engine.db.transaction(() => {
    store();
    engine.scheduler.renew(path);
  })();

const kept = (doc: Doc, without: string[]): Doc =>
  Object.fromEntries(Object.entries(doc).filter(([name]) => !without.includes(name)));

const shown = (call: Call, item: Item): Doc => ({
  ...answerOf(item, call, FAMILY),
  email: call.caller.email,
  permissioned_as: `u/${item.editedBy}`,
});

async function create(call: Call): Promise<Response> {
  const { engine, caller } = call;
  const doc = await readDoc(call);
  requireFields(doc, REQUIRED);
  const path = String(doc.path);
  checkScope(caller.scopes, `schedules:write:${path}`);
  checkPath(path);
  refuseEnterprise(doc);
  check(engine, doc);
  if (engine.items.exists("schedule", path)) throw badRequest(`Schedule ${path} already exists`);
  if ((path !== doc.script_path || doc.is_flow !== true) && engine.items.exists("flow", path))
    throw badRequest(
      `The path is the same as a flow, it can only trigger that flow. However the provided path is: ${doc.script_path} and is_flow is ${doc.is_flow}`,
    );
  const enabled = doc.enabled === true;
  inOne(engine, path, () =>
    engine.items.create("schedule", path, { ...kept(doc, NOT_KEPT), enabled }, caller.username),
  );
  return text(path);
}

async function update(call: Call): Promise<Response> {
  const { engine, caller } = call;
  const { path, doc: old } = find(call);
  const pushed = kept(await readDoc(call), [...NOT_KEPT, ...NOT_UPDATED]);
  const { script_path, is_flow, enabled, cron_version } = old;
  const version = pushed.cron_version ?? cron_version;
  const next = { ...pushed, script_path, is_flow, enabled, ...(version == null ? {} : { cron_version: version }) };
  check(engine, next);
  inOne(engine, path, () => engine.items.replace("schedule", path, next, caller.username));
  return text(path);
}

async function setEnabled(call: Call): Promise<Response> {
  const { engine } = call;
  const { path, doc, editedBy } = find(call);
  const enabled = (await readDoc(call)).enabled === true;
  inOne(engine, path, () => engine.items.replace("schedule", path, { ...doc, enabled }, editedBy));
  // The spelling is Windmill's.
  return text(`succesfully updated schedule at path ${path} to status ${enabled}`);
}

function list(call: Call): Response {
  const { engine, query } = call;
  const { limit, offset } = pageOf(call);
  const asked = (name: string, value: unknown) => (query.get(name) ?? `${value}`) === `${value}`;
  const matches = ({ path, doc }: Item) =>
    path.startsWith(query.get("path_start") ?? "") &&
    asked("schedule_path", path) &&
    asked("path", doc.script_path) &&
    asked("is_flow", doc.is_flow);
  const newestFirst = (a: Item, b: Item) => b.editedAt.getTime() - a.editedAt.getTime();
  const items = engine.items.list("schedule").filter(matches).sort(newestFirst);
  return json(items.slice(offset, offset + limit).map((item) => shown(call, item)));
}

export const scheduleRoutes: Route[] = [
  post("/schedules/create", create),
  post("/schedules/update/*path", update),
  post("/schedules/setenabled/*path", setEnabled),
  get("/schedules/get/*path", (call) => json(shown(call, find(call)))),
  get("/schedules/exists/*path", ({ engine, params }) => json(engine.items.exists("schedule", params.path as string))),
  get("/schedules/list", list),
  get("/schedules/list_with_jobs", (call) => {
    const { limit, offset } = pageOf(call);
    const items = call.engine.items.list("schedule", { limit, offset });
    const jobsOf = (path: string) => call.engine.scheduler.jobs.finished(path, RUNS_SHOWN);
    return json(items.map((item) => ({ ...shown(call, item), jobs: jobsOf(item.path) })));
  }),
  del("/schedules/delete/*path", (call) => {
    const { path } = find(call);
    inOne(call.engine, path, () => call.engine.items.remove("schedule", path));
    return text(`schedule ${path} deleted`);
  }),
];

/** When a schedule that need not exist would come, for people who write one. */
export const schedulePreview: Route = post("/api/schedules/preview", async (call) => {
  const doc = await readDoc(call);
  requireFields(doc, ["schedule", "timezone"]);
  const asked = { ...doc, cron_version: doc.cron_version ?? "v1" };
  checkSchedule(asked);
  const { cadence } = toSchedule({ path: "", doc: asked, editedBy: "" });
  const times = upcoming(cadence, new Date(), PREVIEWED);
  if (times.length < PREVIEWED)
    throw badRequest(
      `cron: failed to generate the requested number of events. Expected ${PREVIEWED}, got ${times.length}`,
    );
  return json(times.map((time) => time.toISOString().replace(".000Z", "Z")));
});
