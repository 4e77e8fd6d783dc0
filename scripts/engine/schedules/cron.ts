import { Cron, type CronOptions } from "croner";
import { badRequest } from "../errors.ts";
import { isZone, momentOf, wallTimeAt } from "./zone.ts";

/**
 * `v2` numbers weekdays from Sunday = 0 and knows `L`, `W` and `#`. `v1`, the older one, numbers them from Sunday = 1,
 * wants a day to match both its day of the month and its weekday, and may have a seventh field, the year.
 */
export type CronVersion = "v1" | "v2";

/** When something is to happen: a cron expression that begins with seconds, and the zone whose clocks it is about. */
export type Cadence = { expression: string; version: CronVersion; zone: string };

const FIELDS = "sec min hour day-of-month month day-of-week";

/** Throws 400, worded like Windmill, when the expression cannot be read or never comes true, or the zone is unknown. */
export function checkCadence(cadence: Cadence): void {
  patternOf(cadence);
  if (!isZone(cadence.zone)) throw badRequest("failed to parse timezone");
  if (!next(cadence, new Date())) throw badRequest("cron: a panic occurred during find_next_occurrence");
}

/**
 * The first time after a moment. A time of day that clocks show twice counts only the first time; one that they skip
 * becomes the moment of the change with `v2`, and is left out with `v1`. Undefined when there is none.
 */
export function next(cadence: Cadence, after: Date): Date | undefined {
  const pattern = patternOf(cadence);
  let wall = wallTimeAt(after, cadence.zone);
  for (;;) {
    const following = pattern.nextRun(wall);
    if (!following) return undefined;
    wall = following;
    const moment = momentOf(wall, cadence.zone, cadence.version === "v1" ? "none" : "end of gap");
    if (moment && moment > after) return moment;
  }
}

/** The next times after a moment, at most that many. */
export function upcoming(cadence: Cadence, after: Date, count: number): Date[] {
  const times: Date[] = [];
  for (let time = next(cadence, after); time && times.length < count; time = next(cadence, time)) times.push(time);
  return times;
}

const patterns = new Map<string, Cron>();

/** The pattern on its own: it is asked in UTC, about times of day. */
function patternOf({ expression, version }: Cadence): Cron {
  const key = `${version} ${expression}`;
  const known = patterns.get(key);
  if (known) return known;
  const made = version === "v1" ? patternOfV1(expression) : read(expression, version, { mode: "6-part" });
  patterns.set(key, made);
  return made;
}

function patternOfV1(expression: string): Cron {
  const fields = fieldsOf(expression);
  const plain = fields.every((field) => /^(?:[\d*?,/-]|[A-Z]{3,})+$/i.test(field));
  if (!plain) throw badRequest("cron: Invalid cron expression.");
  return read(expression, "v1", {
    mode: fields.length === 7 ? "7-part" : "6-part",
    alternativeWeekdays: true,
    domAndDow: true,
  });
}

function read(expression: string, version: CronVersion, options: CronOptions): Cron {
  try {
    return new Cron(expression, { ...options, timezone: "UTC" });
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "not readable";
    throw badRequest(`cron: ${reason}${hint(expression, version)}`);
  }
}

/** Windmill's own help for the commonest mistake, an expression without seconds. */
function hint(expression: string, version: CronVersion): string {
  const fields = fieldsOf(expression);
  if (fields.length >= 6) return "";
  const meansTheSame = version === "v2" || ["*", "?"].includes(fields[4] ?? "");
  const example =
    fields.length === 5 && meansTheSame
      ? ` The 5-field crontab syntax is not accepted; prepend a seconds field, e.g. '0 ${fields.join(" ")}'.`
      : "";
  return `\nWindmill cron expressions have 6 fields and start with seconds: '${FIELDS}'.${example}`;
}

const fieldsOf = (expression: string) => expression.split(/\s+/).filter((field) => field !== "");
