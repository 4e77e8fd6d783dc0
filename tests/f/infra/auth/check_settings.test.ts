import { beforeAll, describe, expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/check_settings.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { keep } from "../../../support/workspace_items.ts";

const world = authVerbs();
const jobs = jobsEngine();
const origin = `https://${world.project}.apps.example.com`;
const good = { GOTRUE_SITE_URL: "https://auth.example.com", GOTRUE_URI_ALLOW_LIST: `${origin}/**` };

beforeAll(async () => {
  await keep(jobs.engine, { [`f/project_${world.project}/project`]: { name: world.project, origins: [origin] } });
  await world.sql(async (sql) => {
    await sql.query("insert into run8n.project (name, template, status) values ($1, 'saas', 'live')", [world.project]);
  });
});

/** What is found when GoTrue is set up like this. */
async function found(env: Record<string, string>, more: Record<string, string> = {}) {
  await world.gotrue().stop();
  await world.gotrue().start({ ...good, ...env });
  const { status, checks } = await main(world.db, { ...world.gotrue().resource, ...more });
  for (const check of checks) expect(Boolean(check.hint)).toBe(check.status !== "ok");
  return {
    status,
    amiss: checks.filter((one) => one.status !== "ok").map((one) => `${one.status} ${one.name}: ${one.detail}`),
  };
}

describe("check_settings", () => {
  it("finds nothing wrong with a GoTrue that is set up for the projects", async () => {
    expect(await found({})).toEqual({ status: "ok", amiss: [] });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      "addresses that nobody confirms",
      { GOTRUE_MAILER_AUTOCONFIRM: "true" },
      /^broken confirmation: .*anyone can sign up/,
    ],
    ["a closed sign-up for an open project", { GOTRUE_DISABLE_SIGNUP: "true" }, /^broken sign-up: closed, but open/],
    [
      "a project that is not on the list",
      { GOTRUE_URI_ALLOW_LIST: "" },
      /^broken redirects: .*do not lead back to https/,
    ],
    ["a list of everything", { GOTRUE_URI_ALLOW_LIST: "**" }, /lets any address through/],
    ["a list of what begins alike", { GOTRUE_URI_ALLOW_LIST: `${origin}**` }, /begins like the project's/],
    [
      "a list of the whole domain",
      { GOTRUE_URI_ALLOW_LIST: "https://*.apps.example.com/**" },
      /any name below the domain/,
    ],
    [
      "a list that forgets TLS",
      { GOTRUE_URI_ALLOW_LIST: `${origin}/**,http**://${new URL(origin).host}/**` },
      /without TLS/,
    ],
  ])("finds %s", async (_, env, what) => {
    const { status, amiss } = await found(env);
    expect(status).toBe("broken");
    expect(amiss.join("\n")).toMatch(new RegExp(what.source, "m"));
  });

  it("finds a service key that is not GoTrue's, and a shared secret that is still accepted", async () => {
    const { amiss } = await found({}, { serviceKey: "a.b.c", jwtSecret: "x".repeat(40) });
    expect(amiss).toEqual([
      expect.stringMatching(/^broken service key: .*403/),
      expect.stringMatching(/^warning signing keys: tokens of the shared secret/),
    ]);
  });

  it("finds an open sign-up that no project wants", async () => {
    await world.sql((sql) => sql.query(`update ${world.project}.account_policy set sign_up = 'invited'`));
    expect(await found({})).toMatchObject({
      status: "warning",
      amiss: [expect.stringContaining("invited people only")],
    });
    expect(await found({ GOTRUE_DISABLE_SIGNUP: "true" })).toMatchObject({ status: "ok" });
  });

  it("says of a GoTrue that is not there what everything depends on, and throws nothing", async () => {
    await world.gotrue().stop();
    const { status, checks } = await main(world.db, world.gotrue().resource);
    expect(status).toBe("broken");
    expect(checks.every(({ detail }) => /did not answer/.test(detail))).toBe(true);
    await world.gotrue().start();
  });
});
