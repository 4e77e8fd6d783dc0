import { describe, expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";
import { newEmail } from "../../../support/gotrue.ts";
import { gotrueIssuer } from "../../../support/gotrue_issuer.ts";
import { linkIn } from "../../../support/mails.ts";

const world = accountsRoute(() => gotrueIssuer());
const invite = async (organization: string, token: string, body: unknown) =>
  world.call("POST", `apps/${world.project}/auth/organizations/${organization}/invites`, { token, body });

describe("POST apps/:project/auth/organizations/:organization/invites", () => {
  it("mails an address a link that signs in and leads to the invitation, whether or not it has an account", async () => {
    const { user, organization } = await world.owner();
    const token = await world.token(user);
    const known = world.stranger();
    await world.token(known);
    const answers = [];
    for (const email of [newEmail("new"), known.email]) {
      const { status, body } = await invite(organization, token, { email, role: "admin" });
      expect(status).toBe(200);
      answers.push({ ...body, id: "", email: "", expiresAt: "" });
      const link = linkIn(await world.issuer().mails.mailTo(email));
      const location = (await fetch(link, { redirect: "manual" })).headers.get("location") ?? "";
      expect(location).toContain(`${world.origin}/account?invite=${body.id}#access_token=`);
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it("is for owners and admins of that organization", async () => {
    const { organization } = await world.owner();
    const member = await world.member(organization, "member");
    const stranger = (await world.owner()).user;
    const email = newEmail();
    for (const who of [member, stranger, world.stranger()])
      expect((await invite(organization, await world.token(who), { email })).status).toBe(403);
    const admin = await world.member(organization, "admin");
    const token = await world.token(admin);
    expect((await invite(organization, token, { email, role: "owner" })).status).toBe(403);
    expect((await invite(organization, token, { email: "nobody" })).status).toBe(400);
    expect(await world.issuer().mails.mails(email)).toEqual([]);
  });

  it("limits how often one address is written to", async () => {
    const { user, organization } = await world.owner();
    const token = await world.token(user);
    const email = newEmail();
    for (let one = 0; one < 5; one++) expect((await invite(organization, token, { email })).status).toBe(200);
    const refused = await invite(organization, token, { email });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
