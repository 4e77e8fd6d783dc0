import { InvalidInputError } from "../errors.ts";
import { projectName } from "../names.ts";
import { type Page, pageLimit } from "../page.ts";
import type { Sql } from "../postgres/connect.ts";
import { withTables } from "./tables.ts";

/** One thing that was done, as the audit has it. Times are ISO 8601 in UTC. */
export type OperationItem = {
  id: string;
  project: string;
  verb: string;
  /** Who called, as Windmill knows them. */
  actor: string;
  jobId: string;
  arguments: Record<string, unknown>;
  /** The hash of the plan that it carried out, where there was one. */
  planHash: string | null;
  status: "running" | "succeeded" | "failed";
  result: Record<string, unknown> | null;
  error: Record<string, unknown> | null;
  startedAt: string;
  durationMs: number | null;
};

type Row = {
  id: string;
  project: string;
  verb: string;
  actor: string;
  job_id: string;
  arguments: Record<string, unknown>;
  plan_hash: string | null;
  status: OperationItem["status"];
  result: Record<string, unknown> | null;
  error: Record<string, unknown> | null;
  started_at: Date;
  started: string;
  duration_ms: number | null;
};

/**
 * What was done, newest first, of one project or of all. Pass `nextCursor` of one page to get the next.
 * Throws InvalidInput for a cursor that no page gave or a limit outside of 1 to 500.
 */
export async function listOperations(
  sql: Sql,
  ask: { project?: string | null; failed?: boolean | null; cursor?: string | null; limit?: number | null },
): Promise<Page<OperationItem>> {
  const project = ask.project == null ? null : projectName(ask.project);
  const [before, beforeId] = cursorOf(ask.cursor);
  const take = pageLimit(ask.limit);
  const { rows } = await withTables(sql, () =>
    sql.query<Row>(
      `select *, extract(epoch from started_at)::text as started from run8n.operation
        where ($1::text is null or project = $1) and (not $2 or status = 'failed')
          and ($3::text is null or (started_at, id) < (to_timestamp($3::float8), $4::uuid))
        order by started_at desc, id desc limit $5`,
      [project, ask.failed === true, before, beforeId, take + 1],
    ),
  );
  const items = rows.slice(0, take).map(toItem);
  const last = rows[take - 1];
  return rows.length > take && last ? { items, nextCursor: `${last.started}_${last.id}` } : { items };
}

function cursorOf(value: string | null | undefined): [string | null, string | null] {
  if (value === undefined || value === null || value === "") return [null, null];
  const [, time, id] = /^(\d{1,12}\.\d{6})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(String(value)) ?? [];
  if (time && id) return [time, id];
  throw new InvalidInputError("The cursor is not one that a page of this list gave", {
    hint: "Pass nextCursor of the page before, or none for the first page.",
    details: { argument: "cursor" },
  });
}

const toItem = ({ id, project, verb, actor, status, result, error, ...row }: Row): OperationItem => ({
  id,
  project,
  verb,
  actor,
  jobId: row.job_id,
  arguments: row.arguments,
  planHash: row.plan_hash,
  status,
  result,
  error,
  startedAt: row.started_at.toISOString(),
  durationMs: row.duration_ms,
});
