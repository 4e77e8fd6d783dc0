import { ConflictError } from "../../errors.ts";
import { connectionUrl } from "../../postgres/connection_url.ts";
import { loginOf, shadowPath } from "../../postgres/credentials.ts";
import { ensureSchema } from "../../postgres/ensure_schema.ts";
import { ROLE_KINDS, type RoleKind, schemaNames } from "../../postgres/roles.ts";
import { type Rotation, rotateRole } from "../../postgres/rotate.ts";
import { schemaDrift } from "../../postgres/schema_drift.ts";
import { dropForGood, lockSchema, schemaRemains } from "../../postgres/schema_end.ts";
import { copyProduction, copyToMake } from "../copy.ts";
import type { Kind, Ports, Rotated } from "./kind.ts";

/**
 * The Postgres schema with its roles, their rights, passwords and connections. Its tables belong to the migrations; a
 * preview begins with those of production.
 */
export const schemaKind: Kind = {
  kind: "schema",
  async plan(ports, target) {
    const { project, manifest } = target;
    const what = `Postgres schema ${schemaNames(project).schema}`;
    const { exists, amiss } = await schemaDrift(ports, project, manifest.database);
    const copy = await copyToMake(ports, target);
    const begins = copy && `it begins as a copy of ${copy.from}, ${copy.data ? "with its rows" : "without its rows"}`;
    if (!exists) {
      return [
        { action: "create", what, why: ["it does not exist", ...(begins ? [begins] : [])].join("; "), risk: "safe" },
      ];
    }
    return [...amiss, ...(begins ? [begins] : [])].map((why) => ({ action: "update", what, why, risk: "safe" }));
  },
  async apply(ports, target) {
    const copied = await copyProduction(ports, target);
    const { status } = await ensureSchema(ports, target.project, target.manifest.database);
    return { status: copied ? "created" : status };
  },
  async env({ db, workspace }, project) {
    const names = schemaNames(project);
    const url = async (kind: RoleKind) => connectionUrl(await loginOf(workspace, names, kind, db), names.schema);
    const shadow = (await workspace.getResource(shadowPath(names))) !== undefined;
    const owner = await loginOf(workspace, names, "owner", db);
    return {
      DATABASE_URL: await url("app"),
      DIRECT_DATABASE_URL: connectionUrl(owner, names.schema),
      READONLY_DATABASE_URL: await url("readonly"),
      ...(shadow ? { SHADOW_DATABASE_URL: connectionUrl({ ...owner, dbname: names.shadow }, names.schema) } : {}),
    };
  },
  async rotate(ports, project, graceSeconds) {
    const rotated: Rotated[] = [];
    for (const role of ROLE_KINDS) rotated.push(await rotateOne(ports, project, { role, graceSeconds }));
    return rotated;
  },
  lock: ({ sql }, project) => lockSchema(sql, project),
  list: ({ sql }, project) => schemaRemains(sql, project),
  drop: ({ sql, workspace }, project) =>
    dropForGood({ sql, workspace }, { project, maxDumpBytes: Number.MAX_SAFE_INTEGER }),
};

/** A call that was cut short has changed some of the passwords; those still have two, and the others get theirs now. */
async function rotateOne(ports: Ports, project: string, rotation: Rotation): Promise<Rotated> {
  const what = `Postgres role ${rotation.role}`;
  try {
    const { previousWorksUntil } = await rotateRole(ports, schemaNames(project), rotation);
    return { what, status: "updated", previousWorksUntil };
  } catch (error) {
    const until = error instanceof ConflictError ? error.details?.worksUntil : undefined;
    if (typeof until !== "string") throw error;
    return { what, status: "in grace", previousWorksUntil: until };
  }
}
