import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QdrantClient } from "@qdrant/js-client-rest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureRoute } from "../../../../f/lib/caddy/ensure.ts";
import type { ExtrasRequest } from "../../../../f/lib/caddy/visitors.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { startCaddy, startEcho, visit } from "../../../support/edge.ts";
import { startQdrant } from "../../../support/qdrant.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
let own: Awaited<ReturnType<typeof startCaddy>>;
let echo: Awaited<ReturnType<typeof startEcho>>;
const siteRoot = mkdtempSync(join(tmpdir(), "run8n-visitors-"));
beforeAll(async () => {
  [own, echo] = await Promise.all([startCaddy(), startEcho()]);
});
afterAll(async () => {
  await own.remove();
  await echo.stop();
  rmSync(siteRoot, { recursive: true });
});

function host(kind: "static" | "proxy") {
  const project = uniqueProject();
  const workspace = memoryWorkspace();
  mkdirSync(join(siteRoot, project, "current"), { recursive: true });
  writeFileSync(join(siteRoot, project, "current/index.html"), "hello");
  const answer = kind === "static" ? { kind, siteRoot } : { kind, upstream: echo.address };
  return {
    workspace,
    project,
    ensure: (extras: ExtrasRequest = {}) =>
      withPostgres(db, (sql) => ensureRoute({ sql, caddy: own.caddy, workspace, project, ...answer, ...extras })),
    ask: (path = "/", login?: [user: string, password: string]) =>
      visit(own.caddy, `${project}.apps.localhost`, path, {
        headers: login ? { authorization: `Basic ${Buffer.from(login.join(":")).toString("base64")}` } : {},
      }),
  };
}

describe("a protected host", () => {
  it("lets in whoever has the password that Windmill keeps, and nobody else", async () => {
    const { ensure, ask, workspace, project } = host("static");
    const { visitors } = await ensure({ protect: true });
    expect(visitors).toEqual({ user: project, secret: `f/project_${project}/visitors_password` });
    const password = workspace.secrets.get(visitors?.secret ?? "") as string;
    expect(await ask()).toMatchObject({ status: 401, headers: { "www-authenticate": 'Basic realm="restricted"' } });
    expect((await ask("/", [project, "wrong"])).status).toBe(401);
    expect((await ask("/", ["other", password])).status).toBe(401);
    expect(await ask("/", [project, password])).toMatchObject({ status: 200, body: "hello" });
    expect(await ensure({ protect: true })).toMatchObject({ status: "unchanged", visitors });
  });

  it("leaves a site's API to its own guards, which use the same header", async () => {
    const { ensure, ask } = host("static");
    await ensure({ protect: true });
    expect((await ask("/api/waitlist/signups")).status).toBe(502); // nobody behind it here, but let through
    expect((await ask("/apix")).status).toBe(401);
    expect((await ask("/API/../index.html")).status).toBe(401);
  });

  it("does not hand the password on to the app behind it", async () => {
    const { ensure, ask, workspace, project } = host("proxy");
    const { visitors } = await ensure({ protect: true });
    const { status, body } = await ask("/a", [project, workspace.secrets.get(visitors?.secret ?? "") as string]);
    expect([status, JSON.parse(body).headers.authorization]).toEqual([200, undefined]);
  });

  it("stays protected for a caller who does not say, and opens for one who does", async () => {
    const { ensure, ask } = host("static");
    await ensure({ protect: true });
    expect(await ensure()).toMatchObject({ status: "unchanged" });
    expect((await ask()).status).toBe(401);
    expect(await ensure({ protect: false })).not.toHaveProperty("visitors");
    expect((await ask()).status).toBe(200);
  });

  it("takes a password that somebody has put into Windmill", async () => {
    const { ensure, ask, workspace, project } = host("static");
    const secret = `f/project_${project}/visitors_password`;
    workspace.secrets.set(secret, "pässword");
    await ensure({ protect: true });
    expect((await ask("/", [project, "pässword"])).status).toBe(200);
    workspace.secrets.set(secret, "another");
    expect(await ensure()).toMatchObject({ status: "updated" });
    expect((await ask("/", [project, "pässword"])).status).toBe(401);
    expect((await ask("/", [project, "another"])).status).toBe(200);
  });
});

describe("headers of a host", () => {
  const robots = { name: "X-Robots-Tag", value: "noindex" };

  it("come with every answer, failures too, until they are taken back", async () => {
    const { ensure, ask } = host("static");
    await ensure({ setHeaders: [robots] });
    for (const path of ["/", "/missing"]) expect((await ask(path)).headers["x-robots-tag"]).toBe("noindex");
    expect(await ensure()).toMatchObject({ status: "unchanged" });
    expect(await ensure({ setHeaders: [] })).toMatchObject({ status: "updated" });
    expect((await ask()).headers["x-robots-tag"]).toBeUndefined();
  });

  it("replace those that an app sets", async () => {
    const { ensure, ask } = host("proxy");
    await ensure({ setHeaders: [{ name: "Content-Type", value: "text/plain" }, robots] });
    expect((await ask()).headers).toMatchObject({ "content-type": "text/plain", "x-robots-tag": "noindex" });
  });

  it.each<[what: string, setHeaders: unknown]>([
    ["a name with a space", [{ name: "X Y", value: "a" }]],
    ["a header that frames the answer", [{ name: "Content-Length", value: "1" }]],
    ["a header of the server's own", [{ name: "set-cookie", value: "a=b" }]],
    ["a value with a line break", [{ name: "X-A", value: "a\r\nb: c" }]],
    ["a value with a placeholder", [{ name: "X-A", value: "{env.HOME}" }]],
    ["no value", [{ name: "X-A" }]],
    ["no list", { "X-A": "a" }],
    ["too many", Array(21).fill(robots)],
  ])("are refused with %s", async (_, setHeaders) => {
    const { ensure } = host("static");
    await expect(ensure({ setHeaders: setHeaders as never })).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument: "headers" },
    });
  });
});

describe("Qdrant behind a protected host", () => {
  it("is reached by its own client with both the host's password and its key, and with neither alone", async () => {
    const qdrant = await startQdrant("own-key");
    try {
      const project = uniqueProject();
      const workspace = memoryWorkspace();
      const route = {
        kind: "proxy" as const,
        upstream: `127.0.0.1:${qdrant.port}`,
        protect: true,
      };
      const { visitors } = await withPostgres(db, (sql) =>
        ensureRoute({ sql, caddy: own.caddy, workspace, project, ...route }),
      );
      const login = Buffer.from(`${project}:${workspace.secrets.get(visitors?.secret ?? "")}`).toString("base64");
      const relay = await relayTo(`${project}.apps.localhost`);
      const collections = async (headers: Record<string, string>) => {
        const client = new QdrantClient({ url: relay.url, headers, checkCompatibility: false });
        return client.getCollections().catch(({ status }: { status: number }) => status);
      };
      expect(await collections({ "api-key": "own-key" })).toBe(401);
      expect(await collections({ authorization: `Basic ${login}` })).toBe(401);
      expect(await collections({ authorization: `Basic ${login}`, "api-key": "own-key" })).toEqual({ collections: [] });
      relay.stop();
    } finally {
      await qdrant.remove();
    }
  });
});

/** Stands in for DNS: what is asked of its address reaches Caddy under the host's name. */
async function relayTo(host: string) {
  const server = createServer(async ({ url, method, headers }, answer) => {
    const sent = { method, headers: headers as Record<string, string> };
    const { status, headers: got, body } = await visit(own.caddy, host, url, sent);
    answer.writeHead(status, got).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}
