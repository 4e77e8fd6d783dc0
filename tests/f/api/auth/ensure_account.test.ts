import { describe, expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";

const world = accountsRoute();
const path = `apps/${world.project}/auth/account`;
const session = async (token: string) =>
  (await world.call("GET", `apps/${world.project}/auth/session`, { token })).body;

describe("POST apps/:project/auth/account", () => {
  it("joins the project once, with an organization", async () => {
    const user = world.stranger();
    const token = await world.token(user);
    const first = await world.call("POST", path, { token, body: { name: "Ada", organization: "Engines" } });
    expect([first.status, first.body]).toEqual([
      200,
      { user: user.id, organization: expect.any(String), status: "created" },
    ]);
    expect((await world.call("POST", path, { token, body: {} })).body).toMatchObject({ status: "unchanged" });
    expect(await session(token)).toMatchObject({
      account: { name: "Ada" },
      organizations: [{ name: "Engines", role: "owner" }],
    });
  });

  it.each<[what: string, body: unknown, status: number]>([
    ["an unknown field", { role: "owner" }, 400],
    ["a long name", { name: "x".repeat(101) }, 400],
    ["a list", [], 400],
    ["a name of the worker's environment", { name: "$WM_TOKEN" }, 400],
  ])("refuses %s and makes nothing", async (_, body, status) => {
    const token = await world.token(world.stranger());
    expect((await world.call("POST", path, { token, body })).status).toBe(status);
    expect(await session(token)).toMatchObject({ account: null });
  });

  it("refuses who is not signed in", async () => {
    expect((await world.call("POST", path, { body: {} })).status).toBe(401);
  });
});
