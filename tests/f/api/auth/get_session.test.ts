import { describe, expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";
import { recordsOf } from "../../../support/secret_attack.ts";

const world = accountsRoute();
const path = `apps/${world.project}/auth/session`;

describe("GET apps/:project/auth/session", () => {
  it("answers who is signed in, with the account and the organizations in this project", async () => {
    const { user, organization } = await world.owner();
    const answer = await world.call("GET", path, { token: await world.token(user), headers: { origin: world.origin } });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      user,
      account: { name: null, createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
      organizations: [{ organization, name: "Acme", role: "owner" }],
      invites: [],
    });
    expect(answer.headers.get("access-control-allow-origin")).toBe(world.origin);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("knows a user of another project as nobody", async () => {
    const user = world.stranger();
    const { status, body } = await world.call("GET", path, { token: await world.token(user) });
    expect({ status, body }).toEqual({ status: 200, body: { user, account: null, organizations: [], invites: [] } });
  });

  it.each<[what: string, headers: Record<string, string>]>([
    ["without a token", {}],
    ["with a token that is none", { authorization: "Bearer a.b.c" }],
    ["with another scheme", { authorization: "Basic YTpi" }],
    ["with the name of a secret", { authorization: "$var:f/infra/gotrue_service_key" }],
  ])("refuses a caller %s before anything runs", async (_, headers) => {
    const answer = await world.call("GET", path, { headers });
    expect([401, 422]).toContain(answer.status); // 422 is Windmill's own, for a reference to nothing
    if (answer.status === 401) expect(answer.body).toMatchObject({ error: { code: "unauthorized" } });
  });

  it("keeps no token in what Windmill stores of the job", async () => {
    const token = await world.token(world.stranger());
    expect((await world.call("GET", path, { token })).status).toBe(200);
    expect((await recordsOf(world.engine())).filter((text) => text.includes(token))).toEqual([]);
  });

  it("takes no body and no query", async () => {
    const token = await world.token(world.stranger());
    expect((await world.call("GET", `${path}?a=1`, { token })).status).toBe(400);
  });
});
