import { isDeepStrictEqual } from "node:util";
import { ConflictError, InvalidInputError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { timed } from "../operations/phases.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Ports, Target } from "./kinds/kind.ts";
import { type Change, changesFor } from "./plan.ts";
import { type Project, requireProject } from "./record.ts";
import { type Ask, targetOf } from "./target.ts";

/** One kind of resource, and what came of applying it. */
export type Step = { name: string; status: string };

export type PublishedProject = {
  project: string;
  url: string;
  status: "created" | "updated" | "unchanged";
  /** From the first call to the first time it was live. */
  secondsToLive: number | null;
  /** When a preview ends; null for what stays. */
  expiresAt: string | null;
};

/**
 * Looks at everything once more, sets the project live and notes the manifest as applied. `status` sums up the steps:
 * `created` when it goes live for the first time, `unchanged` when it was live and nothing changed, otherwise `updated`.
 * Throws NotFound for a project without a record, Conflict when something is still not as the manifest says, InvalidInput
 * for steps that are none.
 */
export async function publishProject(
  ports: Ports,
  ask: Ask & { steps: unknown; planHash?: string | null },
): Promise<PublishedProject> {
  const { sql } = ports;
  const steps = readSteps(ask.steps);
  const target = await targetOf(sql, ask);
  const { project } = target;
  const planHash = readHash(ask.planHash);
  const operation = { sql, verb: "infra/projects/apply_project", project, arguments: { project, steps }, planHash };
  return operate(operation, () =>
    timed(sql, { project, phase: "publish" }, async () => {
      const before = await requireProject(sql, project);
      const left = await changesFor(ports, target);
      if (left.length > 0) throw notThere(project, left);
      const same = isDeepStrictEqual(target.before, target.manifest);
      const status = summarize(before, same, steps);
      if (status !== "unchanged") await setLive(sql, target);
      await renew(sql, target);
      const { url, secondsToLive, expiresAt } = await requireProject(sql, project);
      return { project, url, status, secondsToLive, expiresAt };
    }),
  );
}

const summarize = (before: Project, sameManifest: boolean, steps: Step[]): PublishedProject["status"] => {
  if (before.liveAt === null) return "created";
  return before.status === "live" && sameManifest && steps.every(({ status }) => status === "unchanged")
    ? "unchanged"
    : "updated";
};

const setLive = (sql: Sql, { project, manifest }: Target) =>
  sql.query(
    `update run8n.project set status = 'live', live_at = coalesce(live_at, now()), updated_at = now(), manifest = $2
      where name = $1 and status <> 'deleted'`,
    [project, JSON.stringify(manifest)],
  );

/** A preview stays from its last apply on, also from one that changed nothing. */
async function renew(sql: Sql, { project, environment: { preview } }: Target): Promise<void> {
  if (!preview) return;
  await sql.query(
    `update run8n.project set expires_at = now() + make_interval(days => $2) where name = $1 and status <> 'deleted'`,
    [project, preview.days],
  );
}

const notThere = (project: string, left: Change[]) =>
  new ConflictError(
    `Project ${project} is not as its manifest says: ${left.map(({ what, why }) => `${what}: ${why}`).join("; ")}`,
    {
      hint: "Run apply_project again; if it stays so, somebody else changes the same things.",
      retryable: true,
      details: { changes: left },
    },
  );

/** It is stored too, so it is a hash and nothing else. */
function readHash(value: string | null | undefined): string | undefined {
  if (value == null) return undefined;
  if (/^[0-9a-f]{32}$/.test(value)) return value;
  throw new InvalidInputError("planHash must be the hash of a plan", {
    hint: "Pass `hash` of the plan that was applied, or leave it out.",
    details: { argument: "planHash" },
  });
}

const WORD = /^[a-z][a-z_]{0,39}$/;

/** The steps are stored in the audit row, so they are words and nothing else. */
function readSteps(value: unknown): Step[] {
  const isStep = (one: unknown): one is Step => {
    const { name, status } = (one ?? {}) as Partial<Step>;
    return typeof name === "string" && WORD.test(name) && typeof status === "string" && WORD.test(status);
  };
  if (Array.isArray(value) && value.length <= 50 && value.every(isStep))
    return value.map(({ name, status }) => ({ name, status }));
  throw new InvalidInputError("Steps must be a list of at most 50 objects with name and status, each one word", {
    hint: 'Pass what the steps answered, such as [{ "name": "schema", "status": "created" }].',
    details: { argument: "steps" },
  });
}
