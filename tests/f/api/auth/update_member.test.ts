import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";

const world = accountsRoute();
const patch = async (organization: string, user: string, token: string, body: unknown) =>
  world.call("PATCH", `apps/${world.project}/auth/organizations/${organization}/members/${user}`, { token, body });

it("gives a member another role, for owners and admins", async () => {
  const { user, organization } = await world.owner();
  const member = await world.member(organization, "member");
  const token = await world.token(user);
  const { status, body } = await patch(organization, member.id, token, { role: "admin" });
  expect([status, body]).toEqual([200, { organization, user: member.id, role: "admin", status: "updated" }]);
  expect((await patch(organization, user.id, await world.token(member), { role: "member" })).status).toBe(403);
  expect((await patch(organization, user.id, token, { role: "admin" })).body).toMatchObject({
    error: { code: "conflict" },
  });
});

it("refuses a member, a stranger and another organization", async () => {
  const { organization } = await world.owner();
  const member = await world.member(organization, "member");
  const foreign = await world.owner();
  for (const who of [member, foreign.user, world.stranger()])
    expect((await patch(organization, member.id, await world.token(who), { role: "owner" })).status).toBe(403);
});
