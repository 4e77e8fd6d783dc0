import { beforeAll, inject } from "vitest";
import { schemaOf } from "../../f/lib/names.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "./database.ts";
import { projectFlows } from "./project_flows.ts";

/** Two live projects side by side on an engine that holds all of `f/`, and calls through the gate with keys of theirs. */
export function gatedProjects() {
  const db = testDatabase();
  const flows = projectFlows(db);
  const [mine, neighbour] = [uniqueProject("m"), uniqueProject("n")];
  beforeAll(async () => {
    for (const name of [mine, neighbour]) await flows.run("apply_project", { name });
  }, 120_000);
  return {
    db,
    mine,
    neighbour,
    schema: schemaOf(mine),
    caddy: inject("services").caddy,
    engine: () => flows.engine(),
    flows,
    sql: (text: string, params: unknown[] = []) => withPostgres(db, (sql) => sql.query(text, params)),
    /** A key for these verbs of a project. */
    async key(verbs: string[], { project = mine, name = "agent", environment = "production" } = {}): Promise<string> {
      const asked = { project, name, verbs, environment, renew: true };
      const { body } = await flows.engine().run("f/infra/projects/ensure_access", asked);
      return (body as { key: string }).key;
    },
    /** Posts to the gate as its callers do: the status and the parsed answer. */
    async call(verb: string, given: unknown, { key = "", project = mine, headers = {} } = {}) {
      const { url, workspace } = flows.engine();
      const answer = await fetch(`${url}/api/r/${workspace}/projects/${project}/${verb}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(key ? { authorization: `Bearer ${key}` } : {}),
          ...headers,
        },
        body: typeof given === "string" ? given : JSON.stringify(given),
      });
      const text = await answer.text();
      // biome-ignore lint/suspicious/noExplicitAny: each verb answers something else, and the tests say what
      let body: any = text;
      if (answer.headers.get("content-type")?.includes("json")) body = JSON.parse(text);
      return { status: answer.status, body, text: `${text} ${JSON.stringify([...answer.headers])}` };
    },
  };
}
