import { ConflictError, NotFoundError } from "../errors.ts";
import { folderOf, schemaOf } from "../names.ts";
import type { Phase } from "../operations/phases.ts";
import { withTables } from "../operations/tables.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Manifest } from "./manifest.ts";

/** A project as our records have it. Times are ISO 8601 in UTC. */
export type Project = {
  project: string;
  template: string;
  /** What was applied last; null for a project that was made before there were manifests. */
  manifest: Manifest | null;
  /** `production`, `staging`, or the branch that a preview shows. */
  environment: string;
  /** The project that it is an environment of; its own name for production. */
  environmentOf: string;
  /** When a preview ends; null for what stays. */
  expiresAt: string | null;
  /** `live` once everything it needs has stood at the same time; `deleted` can be restored until `dropAt`. */
  status: "provisioning" | "live" | "deleted";
  url: string;
  schema: string;
  folder: string;
  createdAt: string;
  updatedAt: string;
  liveAt: string | null;
  deletedAt: string | null;
  /** When a deleted project is dropped for good. */
  dropAt: string | null;
  /** From the first call to the first time it was live. */
  secondsToLive: number | null;
  /** How long each part of that took the first time, in the order in which they ended. */
  phases: Phase[];
};

type Row = {
  name: string;
  template: string;
  manifest: Manifest | null;
  environment: string | null;
  environment_of: string | null;
  expires_at: Date | null;
  status: Project["status"];
  url: string;
  created_at: Date;
  updated_at: Date;
  live_at: Date | null;
  deleted_at: Date | null;
  drop_at: Date | null;
  phases: Phase[];
};

const COLUMNS = `name, template, manifest, environment, environment_of, expires_at, status, url, created_at, updated_at,
                 live_at, deleted_at, drop_at,
                 array(select jsonb_build_object('phase', phase, 'seconds', round(seconds::numeric, 3))
                         from run8n.phase where project = name order by ended_at, phase) as phases`;

/** One project by its name, or nothing. */
export async function findProject(sql: Sql, project: string): Promise<Project | undefined> {
  const { rows } = await withTables(sql, () =>
    sql.query<Row>(`select ${COLUMNS} from run8n.project where name = $1`, [project]),
  );
  return rows[0] && toProject(rows[0]);
}

/** One project by its name. Throws NotFound. */
export async function requireProject(sql: Sql, project: string): Promise<Project> {
  const found = await findProject(sql, project);
  if (found) return found;
  throw new NotFoundError(`There is no project ${project}`, {
    hint: "Make it with the flow f/infra/projects/apply_project, or see list_projects for those there are.",
  });
}

/**
 * Names can meet: the preview `x-y` of `shop` and the preview `y` of `shop-x` would both be `shop-x-y`. Throws Conflict for a
 * record that is not of the given project.
 */
export function refuseOther({ project, environment, environmentOf }: Project, of: string): void {
  if (environmentOf === of) return;
  throw new ConflictError(
    project === environmentOf
      ? `${project} is a project of its own and no environment of ${of}`
      : `${project} is the environment ${environment} of ${environmentOf}`,
    { hint: `Choose another name for the ${project === of ? "project" : "environment"}.` },
  );
}

/** The environments that a project has besides production, previews included, by name. */
export async function environmentsOf(sql: Sql, project: string): Promise<Project[]> {
  const { rows } = await withTables(sql, () =>
    sql.query<Row>(
      `select ${COLUMNS} from run8n.project where environment_of = $1 and name <> $1 order by name collate "C"`,
      [project],
    ),
  );
  return rows.map(toProject);
}

/** Projects in name order, from the one after `after` on. */
export async function projectsAfter(sql: Sql, after: string, limit: number): Promise<Project[]> {
  const { rows } = await withTables(sql, () =>
    sql.query<Row>(
      `select ${COLUMNS} from run8n.project where name collate "C" > $1 order by name collate "C" limit $2`,
      [after, limit],
    ),
  );
  return rows.map(toProject);
}

function toProject({ name, template, status, url, created_at, updated_at, live_at, ...row }: Row): Project {
  return {
    project: name,
    template,
    manifest: row.manifest,
    environment: row.environment ?? "production",
    environmentOf: row.environment_of ?? name,
    expiresAt: row.expires_at?.toISOString() ?? null,
    status,
    url,
    schema: schemaOf(name),
    folder: folderOf(name),
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
    liveAt: live_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    dropAt: row.drop_at?.toISOString() ?? null,
    secondsToLive: live_at && (live_at.getTime() - created_at.getTime()) / 1000,
    phases: row.phases,
  };
}
