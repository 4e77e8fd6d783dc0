import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/invite_user.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";
import { newEmail } from "../../../support/gotrue.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { linkIn, startMails } from "../../../support/mails.ts";
import { keep } from "../../../support/workspace_items.ts";

let mails: Awaited<ReturnType<typeof startMails>>;
beforeAll(async () => {
  mails = await startMails();
});
afterAll(() => mails?.remove());
const world = authVerbs(() => ({
  smtpPort: mails.smtpPort,
  env: { GOTRUE_URI_ALLOW_LIST: "https://*.example.com/**" },
}));
const jobs = jobsEngine();
const origin = `https://${world.project}.example.com`;
beforeAll(async () => {
  await keep(jobs.engine, { [`f/project_${world.project}/project`]: { name: world.project, origins: [origin] } });
});
const invite = (email: string, organization: string, role?: "owner" | "admin" | "member") =>
  main(world.project, email, organization, role, world.db, world.gotrue().resource);

describe("invite_user", () => {
  it("mails an address an invitation in any role, the same one when asked again", async () => {
    const { organization } = await world.user();
    const email = newEmail("guest");
    const first = await invite(email, organization, "owner");
    expect(first).toMatchObject({ organization, email, role: "owner", status: "invited" });
    expect(await invite(email, organization)).toMatchObject({ id: first.id, role: "member" });
    const link = linkIn(await mails.mailTo(email, 2));
    const location = (await fetch(link, { redirect: "manual" })).headers.get("location");
    expect(location).toContain(`${origin}/account?invite=${first.id}#`);
  });

  it("refuses who belongs to it already, and an organization that the project does not have", async () => {
    const { email, organization } = await world.user();
    await expect(invite(email, organization)).rejects.toMatchObject({ code: "conflict" });
    const foreign = await world.user(world.other);
    for (const other of [foreign.organization, "x'; --", ""])
      await expect(invite(newEmail(), other)).rejects.toMatchObject({ code: "not_found" });
  });
});
