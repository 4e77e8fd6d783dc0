import { NotFoundError } from "../errors.ts";
import { folderOf, schemaOf } from "../names.ts";
import { withTables } from "../operations/tables.ts";
import type { Sql } from "../postgres/connect.ts";

/** A project as our records have it. Times are ISO 8601 in UTC. */
export type Project = {
  project: string;
  template: string;
  /** `live` once everything it needs has stood at the same time. */
  status: "provisioning" | "live";
  url: string;
  schema: string;
  folder: string;
  createdAt: string;
  updatedAt: string;
  liveAt: string | null;
  /** From the first call to the first time it was live. */
  secondsToLive: number | null;
};

type Row = {
  name: string;
  template: string;
  status: Project["status"];
  url: string;
  created_at: Date;
  updated_at: Date;
  live_at: Date | null;
};

const COLUMNS = "name, template, status, url, created_at, updated_at, live_at";

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

function toProject({ name, template, status, url, created_at, updated_at, live_at }: Row): Project {
  return {
    project: name,
    template,
    status,
    url,
    schema: schemaOf(name),
    folder: folderOf(name),
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
    liveAt: live_at?.toISOString() ?? null,
    secondsToLive: live_at && (live_at.getTime() - created_at.getTime()) / 1000,
  };
}
