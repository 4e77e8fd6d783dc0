/** What a filter asks of a job, as SQL. Undefined when it asks nothing. */
export type Condition = { sql: string; values: (string | number)[] };

/** A filter whose text cannot be made out; the message names it. */
export class FilterError extends Error {
  override name = "FilterError";
}

type Filter = (text: string, name: string, asked: Record<string, string>) => Condition | undefined;

const OF_DOC = (name: string) => `json_extract(doc, '$.${name}')`;
/** A job's tag as SQL: its own, or that of its kind. */
export const TAG = `coalesce(${OF_DOC("tag")}, iif(kind like '%flow%', 'flow', 'bun'))`;
const STATUS = `case when state <> 'done' then state when ${OF_DOC("skipped")} then 'skipped'
  when ${OF_DOC("canceled")} is not null then 'canceled' when success then 'success' else 'failure' end`;

/** One of several texts, separated by commas; with `!` before the first, none of them. */
const texts =
  (column: string, { wildcards = false } = {}): Filter =>
  (text, _, asked) => {
    const isNot = text.startsWith("!");
    const values = text.split(",").map((one) => one.replace(/^!/, ""));
    const matches =
      wildcards && asked.allow_wildcards === "true"
        ? { sql: values.map(() => `${column} glob ?`).join(" or "), values: values.map(globOf) }
        : { sql: `${column} in (${values.map(() => "?").join(",")})`, values };
    return isNot ? { ...matches, sql: `${column} is null or not (${matches.sql})` } : matches;
  };

/** Only `*` means more than itself. */
const globOf = (text: string) => text.replace(/[[?]/g, "[$&]");

const beginnings = (column: string): Filter => {
  const exact = texts(column);
  return (text, name, asked) => {
    const { sql, values } = exact(text, name, asked) as Condition;
    const likes = values.map(() => `substr(${column}, 1, length(?)) = ?`).join(" or ");
    const isNot = sql.includes("not (");
    return { sql: isNot ? `${column} is null or not (${likes})` : likes, values: values.flatMap((one) => [one, one]) };
  };
};

const flag =
  (yes: string, no?: string): Filter =>
  (text, name) => {
    if (text !== "true" && text !== "false") throw new FilterError(`${name} must be true or false`);
    const sql = text === "true" ? yes : no;
    return sql === undefined ? undefined : { sql, values: [] };
  };

const time =
  (sql: string): Filter =>
  (text, name) => {
    const at = new Date(text).getTime();
    if (Number.isNaN(at)) throw new FilterError(`${name} must be a date`);
    return { sql, values: [at] };
  };

const LABELS = "select value from json_each(result, '$.wm_labels')";

/** The query parameters of a job list that are obeyed. */
export const JOB_FILTERS: Record<string, Filter> = {
  script_path_exact: texts("path"),
  script_path_start: beginnings("path"),
  script_hash: texts(OF_DOC("scriptHash")),
  created_by: texts("created_by"),
  job_kinds: texts("kind"),
  tag: texts(TAG, { wildcards: true }),
  status: texts(STATUS),
  label: (text) => ({
    sql: `exists (${LABELS} where value in (${text
      .split(",")
      .map(() => "?")
      .join(",")}))`,
    values: text.split(","),
  }),
  parent_job: texts("parent_job"),
  schedule_path: texts(OF_DOC("schedulePath")),
  has_null_parent: flag("parent_job is null"),
  is_not_schedule: flag(`${OF_DOC("schedulePath")} is null`),
  is_flow_step: flag(`${OF_DOC("flowStepId")} is not null`, `${OF_DOC("flowStepId")} is null`),
  is_skipped: flag(`${OF_DOC("skipped")}`, `state = 'done' and ${OF_DOC("skipped")} is null`),
  success: flag("state = 'done' and success = 1", "state = 'done' and success = 0"),
  running: flag("state = 'running'", "state = 'queued'"),
  suspended: flag(
    "state = 'running' and flow_status like '%\"WaitingForEvents\"%'",
    "flow_status is null or flow_status not like '%\"WaitingForEvents\"%'",
  ),
  scheduled_for_before_now: flag("scheduled_for <= unixepoch('subsec') * 1000"),
  created_before: time("created_at <= ?"),
  created_after: time("created_at >= ?"),
  created_before_queue: time("state = 'done' or created_at <= ?"),
  created_after_queue: time("state = 'done' or created_at >= ?"),
  started_before: time("started_at <= ?"),
  started_after: time("started_at >= ?"),
  created_or_started_before: time("coalesce(started_at, created_at) <= ?"),
  created_or_started_after: time("coalesce(started_at, created_at) >= ?"),
  completed_before: time("completed_at <= ?"),
  completed_after: time("completed_at >= ?"),
};

/** Parameters that choose no jobs: the page, the order, what is shown, who asks. */
const OTHERS = ["page", "per_page", "order_desc", "all_workspaces", "allow_wildcards", "include_args", "token"];

/** What the parameters ask together. Throws a FilterError for one that is malformed, or that Windmill obeys and this engine does not. */
export function conditionsOf(asked: Record<string, string>): Condition[] {
  return Object.entries(asked).flatMap(([name, text]) => {
    if (OTHERS.includes(name)) return [];
    const filter = JOB_FILTERS[name];
    if (!filter) throw new FilterError(`the local engine does not filter jobs by ${name}`);
    return filter(text, name, asked) ?? [];
  });
}
