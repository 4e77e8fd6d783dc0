import { describe, expect, it } from "vitest";
import type { Ports } from "../../../../f/lib/projects/kinds/kind.ts";
import { listResources } from "../../../../f/lib/projects/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { dying } from "../../../support/faults.ts";
import { applyAll, deleteAll, dropAll, projectServers, restoreAll } from "../../../support/project_ports.ts";

const servers = projectServers(testDatabase());
const { caddy, use } = servers;
const EVERY = 23;

const live = async () => {
  const project = uniqueProject();
  await use((ports) => applyAll(ports, { project }));
  return project;
};
const deleted = async () => {
  const project = await live();
  await use((ports) => deleteAll(ports, project));
  return project;
};
const status = async (project: string) => (await visit(caddy, `${project}.${caddy.domain}`)).status;

/** Runs the work until its `at`th call to Postgres or Windmill, where it is killed; false when it came to its end. */
const killedAt = (at: number, work: (ports: Ports) => Promise<unknown>): Promise<boolean> =>
  use(async (ports) => {
    const { life, sql, workspace } = dying(at, at % 2 ? "before" : "after");
    await work({ ...ports, sql: sql(ports.sql), workspace: workspace(ports.workspace) }).catch((error: Error) => {
      if (!life.died) throw error;
    });
    return life.died;
  });

describe("whatever is killed at any call is finished by the next run", () => {
  it.each<[string, () => Promise<string>, (ports: Ports, project: string) => Promise<unknown>, (p: string) => unknown]>(
    [
      ["apply", async () => uniqueProject(), (ports, project) => applyAll(ports, { project }), mustAnswer(200)],
      ["delete", live, deleteAll, mustAnswer(410)],
      ["restore", deleted, restoreAll, mustAnswer(200)],
      ["drop", deleted, dropAll, mustBeGone],
    ],
  )("%s", async (_what, begin, work, check) => {
    for (let at = 1, killed = true; killed; at += EVERY) {
      const project = await begin();
      killed = await killedAt(at, (ports) => work(ports, project));
      await use((ports) => work(ports, project));
      await check(project);
    }
  });
});

function mustAnswer(code: number) {
  return async (project: string) => expect(await status(project)).toBe(code);
}

async function mustBeGone(project: string) {
  expect((await use((ports) => listResources(ports, project))).items).toEqual([]);
}
