import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeRoutes } from "../../../../f/lib/caddy/admin.ts";
import { caddyRoute } from "../../../../f/lib/caddy/route.ts";
import { startCaddy, startEcho, visit } from "../../../support/edge.ts";

const [WITH, WITHOUT] = ["with.apps.localhost", "without.apps.localhost"];
const root = mkdtempSync(join(tmpdir(), "run8n-auth-"));
let own: Awaited<ReturnType<typeof startCaddy>>;
let gotrue: Awaited<ReturnType<typeof startEcho>>;

beforeAll(async () => {
  [own, gotrue] = await Promise.all([startCaddy(), startEcho()]);
  const route = (project: string, host: string, more: object) =>
    caddyRoute({ project, host }, { kind: "static", root }, { ...own.caddy, ...more });
  await changeRoutes(own.caddy, () => [route("with", WITH, { gotrue: gotrue.address }), route("without", WITHOUT, {})]);
  mkdirSync(join(root, "release/auth/v1"), { recursive: true });
  writeFileSync(join(root, "release/auth/v1/token"), "a file of the site");
  symlinkSync("release", join(root, "current"));
});
afterAll(async () => {
  await Promise.all([own.remove(), gotrue.stop()]);
  rmSync(root, { recursive: true, force: true });
});

describe("/auth/v1 of a site", () => {
  it("is GoTrue, on the site's own origin, with the query, the body and who called", async () => {
    const headers = { authorization: "Bearer x", "content-type": "application/json" };
    const path = "/auth/v1/token?grant_type=password";
    const { status, body } = await visit(own.caddy, WITH, path, { method: "POST", headers, body: "{}" });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      method: "POST",
      url: "/token?grant_type=password",
      size: 2,
      headers: { authorization: "Bearer x", host: WITH, "x-forwarded-for": "127.0.0.1" },
    });
  });

  it.each(["signup", "verify", "user", "logout", "settings", "recover", "otp"])("leads to /%s", async (what) => {
    const { status, body } = await visit(own.caddy, WITH, `/auth/v1/${what}`);
    expect([status, JSON.parse(body).url]).toEqual([200, `/${what}`]);
  });

  it.each([
    "admin/users",
    "admin/generate_link",
    "invite",
    "user/../admin/users",
    "user/..%2fadmin/users",
    "%61dmin/users",
    "token/../../../admin/users",
    "signup/x",
    "TOKEN",
    "",
  ])("does not lead to %s, whoever asks", async (what) => {
    const answer = await visit(own.caddy, WITH, `/auth/v1/${what}`, { headers: { authorization: "Bearer service" } });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('"url"');
  });

  it("takes small bodies only", async () => {
    const answer = await visit(own.caddy, WITH, "/auth/v1/signup", { method: "POST", body: "x".repeat(200_000) });
    expect([400, 413, 502]).toContain(answer.status);
  });

  it("tells in the shape of an app's API that GoTrue does not answer", async () => {
    await gotrue.stop();
    const { status, body } = await visit(own.caddy, WITH, "/auth/v1/settings");
    expect(status).toBe(502);
    expect(JSON.parse(body)).toMatchObject({ error: { code: expect.any(String) } });
  });

  it("is the site's own where the edge knows no GoTrue", async () => {
    expect((await visit(own.caddy, WITHOUT, "/auth/v1/token")).body).toBe("a file of the site");
  });
});
