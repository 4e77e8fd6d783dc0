import { OperationError } from "../errors.ts";
import type { Finding, Ports, Target } from "./kinds/kind.ts";
import { KINDS } from "./kinds/registry.ts";
import { projectsAfter, requireProject } from "./record.ts";
import { targetOf } from "./target.ts";

export type KindReport = {
  kind: string;
  /** `unknown` when it could not be looked at; `problem` then says why. */
  status: "matches" | "drifted" | "unknown";
  findings: Finding[];
  problem?: string;
};

export type DriftReport = {
  project: string;
  environment: string;
  /** The worst of its kinds; `deleted` for a project that is, of which nothing else is looked at. */
  status: KindReport["status"] | "deleted";
  kinds: KindReport[];
};

const PAGE = 100;

/**
 * Compares projects with the manifests that were applied to them last, kind by kind: one project, or all there are. A
 * service that does not answer is part of the report and no error. Throws NotFound for a project without a record.
 */
export async function checkDrift(
  ports: Ports,
  { project }: { project?: string | null },
): Promise<{ items: DriftReport[] }> {
  const names = project == null ? await allProjects(ports) : [(await requireProject(ports.sql, project)).project];
  const items: DriftReport[] = [];
  for (const name of names) items.push(await driftOf(ports, name));
  return { items };
}

async function driftOf(ports: Ports, name: string): Promise<DriftReport> {
  const { environment, environmentOf, status } = await requireProject(ports.sql, name);
  if (status === "deleted") return { project: name, environment, status, kinds: [] };
  const target = await targetOf(ports.sql, { project: environmentOf, environment });
  const kinds: KindReport[] = [];
  for (const { kind, plan } of KINDS) kinds.push({ kind, ...(await lookAt(plan, ports, target)) });
  const worst = (["unknown", "drifted"] as const).find((one) => kinds.some((report) => report.status === one));
  return { project: name, environment, status: worst ?? "matches", kinds };
}

async function lookAt(
  plan: (ports: Ports, target: Target) => Promise<Finding[]>,
  ports: Ports,
  target: Target,
): Promise<Omit<KindReport, "kind">> {
  try {
    const findings = await plan(ports, target);
    return { status: findings.length > 0 ? "drifted" : "matches", findings };
  } catch (error) {
    // Only our own errors are worded for callers; and without Postgres there is no report at all.
    if (!(error instanceof OperationError)) throw error;
    return { status: "unknown", findings: [], problem: error.message };
  }
}

async function allProjects({ sql }: Ports): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const page = await projectsAfter(sql, names.at(-1) ?? "", PAGE);
    names.push(...page.map(({ project }) => project));
    if (page.length < PAGE) return names;
  }
}
