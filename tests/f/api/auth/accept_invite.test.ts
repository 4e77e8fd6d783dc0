import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";
import { gotrueIssuer } from "../../../support/gotrue_issuer.ts";
import type { TokenUser } from "../../../support/tokens.ts";

const world = accountsRoute(() => gotrueIssuer());
const at = (rest: string) => `apps/${world.project}/auth/${rest}`;
const accept = (id: string, token: string) => world.call("POST", at(`invites/${id}/accept`), { token });

/** Invites somebody who has a token already: GoTrue would make another user of an address that it does not know. */
async function invited(guest: TokenUser) {
  const token = await world.token(guest);
  const { user, organization } = await world.owner();
  const call = { token: await world.token(user), body: { email: guest.email } };
  return {
    organization,
    id: (await world.call("POST", at(`organizations/${organization}/invites`), call)).body.id,
    token,
  };
}

it("makes the owner of the address a member, who then sees the others", async () => {
  const guest = world.stranger();
  const { id, organization, token } = await invited(guest);
  expect((await world.call("GET", at("session"), { token })).body.invites).toMatchObject([{ id }]);
  const first = await accept(id, token);
  expect([first.status, first.body]).toEqual([200, { organization, role: "member", status: "created" }]);
  expect((await accept(id, token)).body).toMatchObject({ status: "unchanged" });
  const { body } = await world.call("GET", at(`organizations/${organization}/members`), { token });
  expect(body.items).toHaveLength(2);
});

it("refuses who has another address, all others that are not theirs alike, and who is not signed in", async () => {
  const { id } = await invited(world.stranger());
  const token = await world.token(world.stranger());
  const answers = await Promise.all([id, world.organizationOfNobody(), "x"].map((one) => accept(one, token)));
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(404);
  expect((await world.call("POST", at(`invites/${id}/accept`))).status).toBe(401);
});

it("accepts nothing while GoTrue confirms addresses by itself, since anyone could sign up with one", async () => {
  const guest = world.stranger();
  const { id, token } = await invited(guest);
  const { gotrue } = world.issuer();
  await gotrue.stop();
  await gotrue.start({ GOTRUE_MAILER_AUTOCONFIRM: "true" });
  expect((await accept(id, token)).body).toMatchObject({ error: { code: "conflict" } });
  await gotrue.stop();
  await gotrue.start();
  expect((await accept(id, token)).status).toBe(200);
});
