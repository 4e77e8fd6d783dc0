import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { PreconditionError } from "../errors.ts";
import type { Finding, Ports, Target } from "./kinds/kind.ts";
import { KINDS } from "./kinds/registry.ts";
import type { Manifest } from "./manifest.ts";
import { type Ask, targetOf } from "./target.ts";

export type Change = { kind: string } & Finding;

export type Plan = {
  project: string;
  environment: string;
  manifest: Manifest;
  /** Stands for exactly these changes; `apply_project` refuses it once the plan would be another one. */
  hash: string;
  status: "empty" | "changes";
  /** True when a change would lose data: then apply_project needs the hash, as the word that somebody has seen it. */
  losesData: boolean;
  changes: Change[];
  /** The kinds to apply, in order. */
  steps: { kind: string }[];
};

/**
 * What must change so that a project is as it should be: looks at everything, changes nothing. The same finding gives
 * the same hash. Throws what reading a service throws, and InvalidInput or Conflict for what cannot be asked for.
 */
export async function planProject(ports: Ports, ask: Ask): Promise<Plan> {
  const target = await targetOf(ports.sql, ask);
  const { project, manifest, environment, before } = target;
  const found = await changesFor(ports, target);
  const changes = isDeepStrictEqual(before, manifest) ? found : [...found, noted(before)];
  return {
    project,
    environment: environment.name,
    manifest,
    hash: hashOf({ project, manifest, changes }),
    status: changes.length === 0 ? "empty" : "changes",
    losesData: changes.some(({ risk }) => risk === "data loss"),
    changes,
    steps: [...new Set(found.map(({ kind }) => kind))].map((kind) => ({ kind })),
  };
}

/** `publishProject` does this one, last, so that until then it is known what the manifest before asked for. */
const noted = (before: Manifest | undefined): Change => ({
  kind: "manifest",
  action: before ? "update" : "create",
  what: "The manifest on record",
  why: before ? "it is not the one applied last" : "none was applied yet",
  risk: "safe",
});

/** All kinds in their order, one after the other: they share one connection to Postgres, and some open a transaction. */
export async function changesFor(ports: Ports, target: Target): Promise<Change[]> {
  const changes: Change[] = [];
  for (const { kind, plan } of KINDS) {
    for (const finding of await plan(ports, target)) changes.push({ kind, ...finding });
  }
  return changes;
}

const hashOf = (plan: object): string => createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 32);

/**
 * Lets a plan be applied: one whose hash is the given one, one that has nothing left to do, or one without a hash that
 * loses nothing. Throws Precondition for any other.
 */
export function checkPlan(plan: Plan, hash: string | null | undefined): Plan {
  if (plan.status === "empty") return plan;
  if (hash == null && plan.losesData) {
    const losses = plan.changes.filter(({ risk }) => risk === "data loss").map(({ what }) => what);
    throw new PreconditionError(`This would lose data: ${losses.join(", ")}`, {
      hint: "Look at plan_project, then pass its hash as planHash to say that this is meant.",
      details: { losses },
    });
  }
  if (hash == null || hash === plan.hash) return plan;
  throw new PreconditionError("The plan is stale: the server or the manifest is not what it was when it was made", {
    hint: "Look at plan_project again and pass its new hash.",
    details: { hash: plan.hash, changes: plan.changes.length },
  });
}
