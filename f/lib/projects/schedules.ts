import * as z from "zod";
import { folderOf } from "../names.ts";
import type { Schedule } from "../windmill/schedules.ts";

type ScheduledVerb = { script: string; takes: z.ZodType };

const NAME = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a-z, 0-9 and "_", starting with a letter');

/**
 * What a project may let run by itself besides scripts of its own. All of these observe, or repair what is the project's:
 * whoever may apply a manifest must not come to more by a schedule. The project is never theirs to say.
 */
const VERBS = {
  check_drift: { script: "f/infra/projects/check_drift", takes: z.strictObject({}) },
  sync_metadata: { script: "f/infra/nocodb/sync_metadata", takes: z.strictObject({}) },
  check_index: {
    script: "f/infra/ai/check_index",
    takes: z.strictObject({ index: NAME, read: z.boolean().optional() }),
  },
  reconcile_index: { script: "f/infra/ai/reconcile_index", takes: z.strictObject({ index: NAME }) },
  backup_collection: { script: "f/infra/qdrant/backup_collection", takes: z.strictObject({ collection: NAME }) },
} satisfies Record<string, ScheduledVerb>;
const VERB_NAMES = Object.keys(VERBS) as (keyof typeof VERBS)[];

const FIELD = String.raw`[\dA-Z*?,/#-]+`;
const CRON = new RegExp(String.raw`^[0-5]?\d( ${FIELD}){5}$`);

/** One entry of `schedules` in run8n.json. */
export const SCHEDULE = z
  .strictObject({
    name: NAME.describe("What it is called, once in this list."),
    cron: z
      .string()
      .max(100)
      .regex(CRON, "must have six fields, the first a single second: sec min hour day-of-month month day-of-week")
      .meta({ examples: ["0 30 3 * * *"] })
      .describe("When it runs, at most once a minute."),
    timezone: z
      .string()
      .max(60)
      .refine(isTimezone, "must be a time zone such as Europe/Berlin")
      .default("UTC")
      .describe("Whose clocks `cron` is about."),
    script: NAME.optional().describe("The script to run, by its name in the project's Windmill folder."),
    verb: z.enum(VERB_NAMES).optional().describe("The verb to run, in place of a script."),
    args: z
      .record(z.string().regex(/^\w{1,60}$/), z.json())
      .default({})
      .describe("Its arguments; `project` is added, and always this one."),
  })
  .superRefine(({ script, verb, args }, context) => {
    const problem = (path: PropertyKey[], message: string) => context.addIssue({ code: "custom", path, message });
    if ((script === undefined) === (verb === undefined)) return problem([], "needs a script or a verb, not both");
    // Windmill would put the operator's secret in its place.
    if (holdsReference(args)) problem(["args"], 'must hold no text that begins with "$"');
    if (JSON.stringify(args).length > MAX_ARGS) problem(["args"], `must be at most ${MAX_ARGS} characters as JSON`);
    if (verb && !VERBS[verb].takes.safeParse(args).success) problem(["args"], `are not what ${verb} takes`);
  });

const MAX_ARGS = 10_000;

export const SCHEDULES = z
  .array(SCHEDULE)
  .max(20)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "must have each name once")
  .default([]);

/** Where the schedule of that name lies. */
export const schedulePath = (project: string, name: string): string => `${folderOf(project)}/schedule_${name}`;

/** A project's schedule as Windmill must have it. */
export const scheduleOf = (project: string, entry: z.infer<typeof SCHEDULE>): Schedule => ({
  path: schedulePath(project, entry.name),
  script: entry.verb ? VERBS[entry.verb].script : `${folderOf(project)}/${entry.script}`,
  cron: entry.cron,
  timezone: entry.timezone,
  args: { ...entry.args, project },
  enabled: true,
});

function holdsReference(value: unknown): boolean {
  if (typeof value === "string") return value.startsWith("$");
  return typeof value === "object" && value !== null && Object.values(value).some(holdsReference);
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
