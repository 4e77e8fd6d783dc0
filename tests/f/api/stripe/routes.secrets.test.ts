import { expect, it } from "vitest";
import { billingRoutes } from "../../../support/billing_routes.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const world = billingRoutes();

it.each<[act: string, method: "GET" | "POST", sound: Record<string, string>, fields: string[]]>([
  ["", "GET", {}, []],
  ["checkout", "POST", { plan: "pro", interval: "month" }, ["plan", "interval"]],
  ["portal", "POST", {}, []],
  ["cancel", "POST", { ending: "never" }, ["ending"]],
  ["plan", "POST", { plan: "team", interval: "month" }, ["plan", "interval", "accept"]],
  ["usage", "POST", { id: "u", meter: "calls" }, ["id", "meter", "quantity"]],
])(
  "billing/%s (%s) gives no secret away, wherever somebody names it",
  async (act, method, sound, fields) => {
    const { organization, token } = await world.buyer();
    const path = world.pathOf(organization, act);
    const statuses = await expectNoSecretFrom(world, { method, path, token, sound, fields });
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  },
  300_000,
);

it("the webhook gives no secret away", async () => {
  const path = `apps/${world.project}/stripe/events`;
  const token = await world.token(world.stranger());
  const statuses = await expectNoSecretFrom(world, {
    method: "POST",
    path,
    token,
    sound: { id: "evt_1" },
    fields: ["id", "type"],
  });
  expect(statuses).not.toContain(200);
}, 300_000);
