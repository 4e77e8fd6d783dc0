import { InvalidInputError } from "../errors.ts";
import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Ports, Rotated } from "./kinds/kind.ts";
import { KINDS } from "./kinds/registry.ts";
import { requireProject } from "./record.ts";

export type ProjectEnv = { project: string; variables: Record<string, string> };

/**
 * The environment of a project's app, with the passwords in it; whoever asked, and for which variables, stays on record.
 * Throws NotFound for a project without a record, Precondition for one without a schema.
 */
export async function projectEnv(ports: Ports, name: string): Promise<ProjectEnv> {
  const project = projectName(name);
  const variables: Record<string, string> = {};
  const asked = { project };
  await operate({ sql: ports.sql, verb: "infra/projects/get_env", project, arguments: asked }, async () => {
    await requireProject(ports.sql, project);
    for (const { env } of KINDS) Object.assign(variables, await env?.(ports, project));
    return { names: Object.keys(variables) };
  });
  return { project, variables };
}

export type RotatedSecrets = { project: string; secrets: Rotated[]; status: "updated" | "unchanged" };

/**
 * Gives every password of a project a new value; the old ones go on working for the grace period. Run again within it,
 * Postgres keeps the two it has. Throws NotFound for a project without a record, InvalidInput for a grace period that is
 * none.
 */
export async function rotateSecrets(
  ports: Ports,
  { project: name, graceSeconds }: { project: string; graceSeconds: number },
): Promise<RotatedSecrets> {
  const project = projectName(name);
  if (!Number.isInteger(graceSeconds) || graceSeconds < 0 || graceSeconds > MAX_GRACE_SECONDS) throw noGrace();
  const asked = { project, graceSeconds };
  return operate({ sql: ports.sql, verb: "infra/projects/update_secrets", project, arguments: asked }, async () => {
    await requireProject(ports.sql, project);
    const secrets: Rotated[] = [];
    for (const { rotate } of KINDS) secrets.push(...((await rotate?.(ports, project, graceSeconds)) ?? []));
    return { project, secrets, status: secrets.some(({ status }) => status === "updated") ? "updated" : "unchanged" };
  });
}

const MAX_GRACE_SECONDS = 30 * 86_400;

const noGrace = () =>
  new InvalidInputError(`graceSeconds must be a whole number from 0 to ${MAX_GRACE_SECONDS}`, {
    hint: "Leave it out for one day; pass 0 when a password is known to others.",
    details: { argument: "graceSeconds" },
  });
