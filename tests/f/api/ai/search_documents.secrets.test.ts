import { expect, it } from "vitest";
import { aiRoute } from "../../../support/ai_route.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const { world, index, ingest } = aiRoute();

it("gives no secret away, wherever somebody names it", async () => {
  await ingest(await index({ audience: "users" }, world.project), { "a.md": "Apples." });
  const { user } = await world.owner();
  const statuses = await expectNoSecretFrom(world, {
    method: "POST",
    path: `apps/${world.project}/ai/search`,
    token: await world.token(user),
    sound: { query: "apples" },
    fields: ["query", "index", "mode", "filter", "organization"],
  });
  // 422 is Windmill's own, for a reference to nothing; 429 for so many calls of one user.
  expect(statuses).toEqual([200, 400, 401, 403, 404, 415, 422]);
}, 300_000);
