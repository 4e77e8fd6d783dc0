import { beforeAll } from "vitest";
import { ensureAccess } from "../../f/lib/access/ensure.ts";
import { accountsRoute } from "./accounts.ts";
import { testAi } from "./ai_index.ts";
import { uniqueProject } from "./database.ts";
import { provisionedProject } from "./provisioned_project.ts";
import { keep } from "./workspace_items.ts";

/** A project with accounts whose search routes are pushed to an engine, with indexes of its own behind them. */
export function aiRoute() {
  const world = accountsRoute();
  const ai = testAi(world.db);
  let clients = 0;
  beforeAll(async () => {
    await keep(world.engine(), { "f/infra/qdrant": ai.qdrant.value, "f/infra/openai": ai.ai.openai.resource });
  });
  const call = (path: string, body: object, token?: string, headers: Record<string, string> = {}) =>
    world.call("POST", `apps/${world.project}/ai/${path}`, {
      body,
      ...(token ? { token } : {}),
      // Each call from another client, unless its headers say from which.
      headers: { "x-forwarded-for": `10.1.${clients >> 8}.${clients++ & 255}`, ...headers },
    });
  /** An access key of the project for these verbs. */
  async function key(verbs: string[]): Promise<string> {
    await provisionedProject(world.db, world.project);
    const made = await world.sql((sql) =>
      ensureAccess(sql, { project: world.project, name: uniqueProject("k"), verbs }),
    );
    return made.key as string;
  }
  return { ...ai, world, call, key };
}
