import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { webhookSecretPaths } from "../../../../f/lib/stripe/paths.ts";
import { ensureWebhookEndpoint } from "../../../../f/lib/stripe/webhook_endpoint.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testStripe } from "../../../support/stripe.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const stripe = testStripe();
const HOUR = 3_600_000;

function receiver() {
  const project = uniqueProject();
  const workspace = memoryWorkspace();
  const paths = webhookSecretPaths(project);
  const url = `https://${project}.example.com/api/stripe/events`;
  const ensure = (
    more: { rotate?: boolean; graceHours?: number; url?: string } = {},
    now = Date.now,
    kept = workspace,
  ) =>
    withPostgres(db, (sql) =>
      ensureWebhookEndpoint({ sql, stripe: stripe.client(), workspace: kept, now }, { project, url, ...more }),
    );
  const endpoints = async () =>
    (await stripe.client().webhookEndpoints.list({ limit: 100 })).data.filter(
      ({ metadata }) => metadata.project === project,
    );
  return { project, workspace, paths, url, ensure, endpoints };
}

describe("ensureWebhookEndpoint", () => {
  it("makes one endpoint and keeps its secret in Windmill, never in the result", async () => {
    const { ensure, endpoints, workspace, paths, url } = receiver();
    const made = await ensure();
    expect(made).toMatchObject({ status: "created", url, secret: paths.current, previous: null });
    const secret = workspace.secrets.get(paths.current);
    expect(secret).toMatch(/^whsec_/);
    expect(JSON.stringify(made)).not.toContain(secret);
    expect(await ensure()).toEqual({ ...made, status: "unchanged" });
    expect(await endpoints()).toHaveLength(1);
  });

  it("puts right what somebody changed in Stripe", async () => {
    const { ensure, endpoints, url } = receiver();
    const { id } = await ensure();
    await stripe.client().webhookEndpoints.update(id, { url: "https://elsewhere.example.com/", disabled: true });
    expect((await ensure()).status).toBe("updated");
    expect(await endpoints()).toMatchObject([{ id, url, status: "enabled" }]);
  });

  it("rotates to a new secret while the old one stays valid, and ends the grace", async () => {
    const { ensure, endpoints, workspace, paths } = receiver();
    const first = await ensure();
    const old = workspace.secrets.get(paths.current);
    const rotated = await ensure({ rotate: true, graceHours: 2 });
    expect(rotated).toMatchObject({ status: "rotated", previous: { id: first.id } });
    expect(workspace.secrets.get(paths.previous)).toBe(old);
    expect(workspace.secrets.get(paths.current)).not.toBe(old);
    expect((await ensure()).previous).toEqual(rotated.previous);
    expect(await endpoints()).toHaveLength(2);
    const later = await ensure({}, () => Date.now() + 3 * HOUR);
    expect(later).toMatchObject({ id: rotated.id, status: "updated", previous: null });
    expect(workspace.secrets.has(paths.previous)).toBe(false);
    expect((await endpoints()).map(({ id }) => id)).toEqual([rotated.id]);
  });

  it("rotated twice, keeps the newest two", async () => {
    const { ensure, endpoints, workspace, paths } = receiver();
    await ensure();
    const second = await ensure({ rotate: true });
    const secondSecret = workspace.secrets.get(paths.current);
    const third = await ensure({ rotate: true });
    expect((await endpoints()).map(({ id }) => id).sort()).toEqual([second.id, third.id].sort());
    expect(workspace.secrets.get(paths.previous)).toBe(secondSecret);
  });

  it.each(["setSecret", "ensureFolder"] as const)(
    "killed at %s, makes the same endpoint the next time",
    async (method) => {
      const { ensure, endpoints, workspace, paths } = receiver();
      const dying = { ...workspace, [method]: () => Promise.reject(new Error("killed")) };
      await expect(ensure({}, Date.now, dying)).rejects.toThrow("killed");
      expect((await ensure()).status).toBe("created");
      expect(await endpoints()).toHaveLength(1);
      expect(workspace.secrets.get(paths.current)).toMatch(/^whsec_/);
    },
  );

  it("makes a new endpoint when its secret is lost, and takes the old one away", async () => {
    const { ensure, endpoints, workspace, paths } = receiver();
    const first = await ensure();
    workspace.secrets.delete(paths.current);
    const second = await ensure();
    expect(second.id).not.toBe(first.id);
    expect(await endpoints()).toMatchObject([{ id: second.id }]);
  });

  it.each([0, 169, Number.NaN])("refuses a grace of %s hours", async (graceHours) => {
    const { ensure, endpoints } = receiver();
    await expect(ensure({ rotate: true, graceHours })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await endpoints()).toEqual([]);
  });
});
