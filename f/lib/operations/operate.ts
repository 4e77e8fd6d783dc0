import { OperationError } from "../errors.ts";
import type { Sql } from "../postgres/connect.ts";
import { currentJob } from "../windmill/job.ts";
import { acquire, type Held, lockedBy, release } from "./lease.ts";
import { withTables } from "./tables.ts";

export type Operation = {
  sql: Sql;
  /** The script's path below `f/`, as in `infra/postgres/ensure_schema`. */
  verb: string;
  project: string;
  /** What was asked, without resources, file contents or secrets; it is stored. */
  arguments: Record<string, unknown>;
  /** The hash of the plan that this carries out, where there was one. */
  planHash?: string | undefined;
  /** How long to queue behind another caller of the same project. */
  waitSeconds?: number;
  /** After this long without an end, another caller may take over. */
  leaseSeconds?: number;
  sleep?: (ms: number) => Promise<void>;
};

const POLL_MS = 100;

/**
 * Does mutating work on a project: takes the project's lease, writes one audit row, gives the lease back.
 * Two callers at once run one after the other; a caller that was killed is taken over as soon as Postgres sees its
 * connection gone, one that hangs when its lease ends.
 * Throws Conflict `locked`, which names the holder, when the lease is not free within `waitSeconds`.
 */
export async function operate<T extends object>(operation: Operation, work: () => Promise<T>): Promise<T> {
  const held = await waitForLease(operation);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // The connection may be what failed: that must not hide the error that the caller has to see.
    await release(operation.sql, held, { status: "failed", error: describeFailure(error) }).catch(() => undefined);
    throw error;
  }
  await release(operation.sql, held, { status: "succeeded", result });
  return result;
}

async function waitForLease(operation: Operation): Promise<Held> {
  const { sql, verb, project, waitSeconds = 30, leaseSeconds = 120, sleep = pause } = operation;
  const asked = { arguments: operation.arguments, planHash: operation.planHash };
  const request = { ...currentJob(), verb, project, leaseSeconds, ...asked };
  // Time that only goes forward: a clock that is set meanwhile makes nobody wait longer, or give up at once. When a lease
  // ends is for Postgres to say, whose clock is the same for all callers.
  const giveUpAt = performance.now() + waitSeconds * 1000;
  for (;;) {
    const held = await withTables(sql, () => acquire(sql, request));
    if (held) return held;
    if (performance.now() >= giveUpAt) throw await lockedBy(sql, project);
    await sleep(POLL_MS);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function describeFailure(error: unknown) {
  if (error instanceof OperationError) return { code: error.code, message: error.message };
  return { code: "internal", name: error instanceof Error ? error.name : "Unknown" };
}
