import { expect, it } from "vitest";
import { aiRoute } from "../../../support/ai_route.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const { world, index, ingest } = aiRoute();

it.each<[path: string, sound: Record<string, string>, fields: string[]]>([
  ["search", { query: "apples" }, ["query", "index", "mode", "filter", "organization"]],
  ["answers", { question: "What are apples?" }, ["question", "index", "conversation", "filter", "organization"]],
  // The same script behind a trigger of its own: what the trigger adds is seen with one field.
  ["answers/stream", { question: "What are apples?" }, ["question"]],
])(
  "%s gives no secret away, wherever somebody names it",
  async (path, sound, fields) => {
    await ingest(await index({ audience: "users" }, world.project), { "a.md": "Apples are red." });
    const { user } = await world.owner();
    const statuses = await expectNoSecretFrom(world, {
      method: "POST",
      path: `apps/${world.project}/ai/${path}`,
      token: await world.token(user),
      sound,
      fields,
    });
    expect(statuses).toContain(200);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  },
  300_000,
);
