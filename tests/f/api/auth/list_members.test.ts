import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";

const world = accountsRoute();
const list = async (organization: string, token: string) =>
  world.call("GET", `apps/${world.project}/auth/organizations/${organization}/members`, { token });

it("lists the members to a member, owners first", async () => {
  const { user: owner, organization } = await world.owner();
  const member = await world.member(organization, "member");
  const admin = await world.member(organization, "admin");
  const { status, body } = await list(organization, await world.token(member));
  expect(status).toBe(200);
  expect(body.items.map(({ id, role }: { id: string; role: string }) => [id, role])).toEqual([
    [owner.id, "owner"],
    [admin.id, "admin"],
    [member.id, "member"],
  ]);
});

it("shows nobody the members of an organization that is not theirs", async () => {
  const [mine, foreign] = [await world.owner(), await world.owner()];
  const token = await world.token(mine.user);
  const answers = await Promise.all(
    [foreign.organization, world.organizationOfNobody(), "x"].map((id) => list(id, token)),
  );
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(403);
});
