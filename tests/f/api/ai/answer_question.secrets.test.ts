import { expect, it } from "vitest";
import { aiRoute } from "../../../support/ai_route.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const { world, index, ingest } = aiRoute();

it.each(["answers", "answers/stream"])(
  "gives no secret away by %s, wherever somebody names it",
  async (path) => {
    await ingest(await index({ audience: "users" }, world.project), { "a.md": "Apples are red." });
    const { user } = await world.owner();
    const statuses = await expectNoSecretFrom(world, {
      method: "POST",
      path: `apps/${world.project}/ai/${path}`,
      token: await world.token(user),
      sound: { question: "What are apples?" },
      fields: ["question", "index", "conversation", "filter", "organization"],
    });
    expect(statuses).toContain(200);
  },
  300_000,
);
