import { beforeAll, describe, expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/create_recovery_link.ts";
import { jobWorkspace } from "../../../../f/lib/windmill/workspace.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";
import { PASSWORD } from "../../../support/gotrue.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { keep } from "../../../support/workspace_items.ts";

const world = authVerbs(() => ({ env: { GOTRUE_URI_ALLOW_LIST: "https://*.example.com/**" } }));
const jobs = jobsEngine();
const origin = `https://${world.project}.example.com`;
beforeAll(async () => {
  await keep(jobs.engine, { [`f/project_${world.project}/project`]: { name: world.project, origins: [origin] } });
});
const recover = (user: string, project = world.project) => main(project, user, world.db, world.gotrue().resource);

describe("create_recovery_link", () => {
  it("keeps a link as a secret that leads, once, to another password", async () => {
    const { id, email } = await world.user();
    const made = await recover(email);
    const secret = `f/project_${world.project}/recovery_link_${id.replaceAll("-", "")}`;
    expect(made).toEqual({ id, email, secret, leadsTo: `${origin}/account`, status: "created" });
    const link = (await jobWorkspace().getSecret(secret)) ?? "";
    expect(JSON.stringify(made)).not.toContain(link);
    const follow = async () => (await fetch(link, { redirect: "manual" })).headers.get("location") ?? "";
    const location = await follow();
    expect(location).toMatch(new RegExp(`^${origin}/account#.*type=recovery`));
    const token = new URLSearchParams(new URL(location).hash.slice(1)).get("access_token");
    const changed = await fetch(`${world.gotrue().url}/user`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ password: `${PASSWORD}!` }),
    });
    expect(changed.status).toBe(200);
    expect(await follow()).toContain("otp_expired");
  });

  it("replaces the link of before", async () => {
    const { email } = await world.user();
    const first = await jobWorkspace().getSecret((await recover(email)).secret);
    const second = await jobWorkspace().getSecret((await recover(email)).secret);
    expect(second).not.toBe(first);
    expect((await fetch(first ?? "", { redirect: "manual" })).headers.get("location")).toContain("otp_expired");
  });

  it("makes none that would lead elsewhere", async () => {
    const path = `f/project_${world.project}/project`;
    const elsewhere = { name: world.project, origins: ["https://shop.example.net"] };
    await jobWorkspace().setResource(path, "run8n_project", elsewhere);
    await expect(recover((await world.user()).email)).rejects.toMatchObject({ code: "conflict" });
    await jobWorkspace().setResource(path, "run8n_project", { ...elsewhere, origins: [origin] });
  });

  it("does not reach a user of another project", async () => {
    await expect(recover((await world.user(world.other)).id)).rejects.toMatchObject({ code: "not_found" });
  });
});
