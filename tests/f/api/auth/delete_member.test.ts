import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";

const world = accountsRoute();
const at = (organization: string, user: string) =>
  `apps/${world.project}/auth/organizations/${organization}/members/${user}`;

it("takes a member out, who then is nobody there although their token is still good", async () => {
  const { user, organization } = await world.owner();
  const member = await world.member(organization, "member");
  const [token, theirs] = [await world.token(user), await world.token(member)];
  const gone = await world.call("DELETE", at(organization, member.id), { token });
  expect([gone.status, gone.body]).toEqual([200, { organization, user: member.id, status: "deleted" }]);
  expect((await world.call("DELETE", at(organization, member.id), { token })).body).toMatchObject({ status: "absent" });
  const list = `apps/${world.project}/auth/organizations/${organization}/members`;
  expect((await world.call("GET", list, { token: theirs })).status).toBe(403);
});

it("lets members leave, but not take others out, and keeps an owner", async () => {
  const { user, organization } = await world.owner();
  const [one, other] = [await world.member(organization, "member"), await world.member(organization, "member")];
  const token = await world.token(one);
  expect((await world.call("DELETE", at(organization, other.id), { token })).status).toBe(403);
  expect((await world.call("DELETE", at(organization, one.id), { token })).status).toBe(200);
  const owner = await world.token(user);
  expect((await world.call("DELETE", at(organization, user.id), { token: owner })).status).toBe(409);
});
