import { badRequest } from "../errors.ts";
import type { Doc, Item } from "../store/items.ts";
import { type Cadence, type CronVersion, checkCadence } from "./cron.ts";

/** A schedule as its file says, with what is left out filled in. */
export type Schedule = {
  path: string;
  cadence: Cadence;
  enabled: boolean;
  scriptPath: string;
  isFlow: boolean;
  args: Record<string, unknown>;
  /** Nothing happens before that. */
  pausedUntil?: Date;
  noFlowOverlap: boolean;
  retry?: Record<string, unknown>;
  tag?: string;
  /** A script that is asked before each run, and must return true. */
  dynamicSkip?: string;
  /** `script/<path>` or `flow/<path>`. */
  onFailure?: string;
  onFailureExact: boolean;
  onFailureArgs: Record<string, unknown>;
  editedBy: string;
};

export function toSchedule({ path, doc, editedBy }: Pick<Item, "path" | "doc" | "editedBy">): Schedule {
  const { retry } = doc;
  const [tag, dynamicSkip, onFailure] = [doc.tag, doc.dynamic_skip, doc.on_failure].map(textOf);
  return {
    path,
    cadence: {
      expression: String(doc.schedule ?? ""),
      version: versionOf(doc) ?? "v2",
      zone: String(doc.timezone ?? ""),
    },
    enabled: doc.enabled === true,
    scriptPath: textOf(doc.script_path) ?? "",
    isFlow: doc.is_flow === true,
    args: objectOf(doc.args),
    noFlowOverlap: doc.no_flow_overlap === true,
    onFailureExact: doc.on_failure_exact === true,
    onFailureArgs: objectOf(doc.on_failure_extra_args),
    editedBy,
    ...(doc.paused_until == null ? {} : { pausedUntil: new Date(String(doc.paused_until)) }),
    ...(retry == null ? {} : { retry: objectOf(retry) }),
    ...(tag ? { tag } : {}),
    ...(dynamicSkip ? { dynamicSkip } : {}),
    ...(onFailure ? { onFailure } : {}),
  };
}

/** Throws 400 for what Windmill's community edition refuses when a schedule is created. */
export function refuseEnterprise(doc: Doc): void {
  const only = (what: string) => badRequest(`${what} is only available in enterprise version`);
  if (doc.on_recovery != null) throw only("on_recovery");
  if (doc.on_success != null) throw only("on_success");
  if (Number(doc.on_failure_times ?? 1) > 1) throw only("on_failure with a number of times > 1");
}

/** Throws 400 when a pushed schedule can never work. */
export function checkSchedule(doc: Doc): void {
  for (const name of ["schedule", "timezone"])
    if (typeof doc[name] !== "string") throw badRequest(`missing field \`${name}\``);
  for (const name of ["args", "on_failure_extra_args", "retry"])
    if (doc[name] != null && (typeof doc[name] !== "object" || Array.isArray(doc[name])))
      throw badRequest(`${name} of a schedule must be an object`);
  if (doc.paused_until != null && Number.isNaN(Date.parse(String(doc.paused_until))))
    throw badRequest("paused_until must be a date");
  const { cadence } = toSchedule({ path: "", doc, editedBy: "" });
  // Windmill reads an expression without a version in the older way when it is pushed, and in the newer one ever after.
  if (versionOf(doc) === undefined) checkCadence({ ...cadence, version: "v1" });
  checkCadence(cadence);
}

function versionOf({ cron_version: version }: Doc): CronVersion | undefined {
  if (version == null) return undefined;
  return version === "v1" ? "v1" : "v2";
}

const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const objectOf = (value: unknown) => (value ?? {}) as Record<string, unknown>;
