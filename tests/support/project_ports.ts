import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { applyProject } from "../../f/lib/projects/apply_project.ts";
import type { Ports } from "../../f/lib/projects/kinds/kind.ts";
import type { PublishedProject } from "../../f/lib/projects/publish.ts";
import { restoreProject } from "../../f/lib/projects/restore.ts";
import { deleteProject, dropProject, type TakenDown } from "../../f/lib/projects/takedown.ts";
import type { Ask } from "../../f/lib/projects/target.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { memoryWorkspace } from "./workspace.ts";

/** The shared servers as projects use them, with a workspace in memory and a folder for sites of the test file's own. */
export function projectServers(db: PostgresqlValue) {
  const sites = mkdtempSync(join(tmpdir(), "run8n-sites-"));
  afterAll(() => rmSync(sites, { recursive: true, force: true }));
  const { caddy, redis } = inject("services");
  const workspace = memoryWorkspace();
  const connections: Record<string, object> = { caddy, redis, site_host: { transport: "local", root: sites } };
  const use = <T>(work: (ports: Ports) => Promise<T>): Promise<T> =>
    withPostgres(db, (sql) =>
      work({
        sql,
        db,
        workspace,
        connection: async <C extends object>(name: string) => connections[name] as C,
        optional: async <C extends object>(name: string) => connections[name] as C | undefined,
      }),
    );
  return { db, caddy, sites, workspace, connections, use };
}

/** What the flow apply_project does, in this process. */
export async function applyAll(ports: Ports, ask: Ask & { planHash?: string }): Promise<PublishedProject> {
  const { steps: _, ...published } = await applyProject(ports, ask);
  return published;
}

/** What the flow delete_project does, in this process. */
export const deleteAll = (ports: Ports, project: string): Promise<TakenDown> => deleteProject(ports, project);

/** What the flow drop_project does, in this process. */
export async function dropAll(ports: Ports, project: string): Promise<TakenDown> {
  const { kept: _, ...dropped } = await dropProject(ports, { project, confirm: project });
  return dropped;
}

/** What the flow restore_project does, in this process. */
export async function restoreAll(ports: Ports, project: string): Promise<PublishedProject> {
  const { steps: _, ...published } = await restoreProject(ports, project);
  return published;
}
