import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureRoute } from "../../../../f/lib/caddy/ensure.ts";
import type { RouteRequest } from "../../../../f/lib/caddy/spec.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { freePort } from "../../../../scripts/stack/process.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { startCaddy, visit } from "../../../support/edge.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
let own: Awaited<ReturnType<typeof startCaddy>>;
beforeAll(async () => {
  own = await startCaddy();
});
const stops: (() => void)[] = [];
afterAll(async () => {
  await own.remove();
  for (const stop of stops) stop();
});

type Replica = Awaited<ReturnType<typeof startReplica>>;

/** One of several processes of an app: says its name, and of its health what it is told to say. */
async function startReplica(name: string) {
  const port = await freePort();
  const state = { healthy: true, asked: 0 };
  let server: Server | undefined;
  const start = async () => {
    server = createServer((request, answer) => {
      if (request.url === "/health") {
        state.asked++;
        answer.statusCode = state.healthy ? 200 : 503;
        return void answer.end();
      }
      answer.end(name);
    });
    await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
  };
  await start();
  const stop = () => {
    server?.closeAllConnections();
    server?.close();
  };
  stops.push(stop);
  return { address: `127.0.0.1:${port}`, state, start, stop };
}

async function app(more: Partial<RouteRequest> = {}, names = ["one", "two", "three"]) {
  const project = uniqueProject();
  const [first, ...others] = await Promise.all(names.map(startReplica));
  const proxy = { kind: "proxy" as const, upstream: first!.address, replicas: others.map(({ address }) => address) };
  await withPostgres(db, (sql) =>
    ensureRoute({ sql, caddy: own.caddy, workspace: memoryWorkspace(), project, ...proxy, ...more }),
  );
  const host = `${project}.apps.localhost`;
  const ask = async (headers = {}) => visit(own.caddy, host, "/", { headers });
  const bodies = async (times: number) => {
    const seen = new Set<string>();
    for (let call = 0; call < times; call++) seen.add((await ask()).body);
    return [...seen].sort();
  };
  return { replicas: [first, ...others] as Replica[], ask, bodies };
}

describe("an app with several replicas", () => {
  it.each(["least_conn", "round_robin"] as const)("shares requests among all of them by %s", async (balance) => {
    const { bodies } = await app({ balance });
    await expect.poll(() => bodies(30)).toEqual(["one", "three", "two"]);
  });

  it("keeps a visitor with one replica when it is told to", async () => {
    const { ask } = await app({ balance: "sticky" });
    const first = await ask();
    const cookie = String(first.headers["set-cookie"]).split(";")[0];
    for (let call = 0; call < 12; call++) expect((await ask({ cookie })).body).toBe(first.body);
  });

  it("loses no request while a replica is down, and takes it back when it is up again", async () => {
    const { replicas: all, ask, bodies } = await app({ balance: "round_robin", healthPath: "/health" });
    all[1]?.stop();
    for (let call = 0; call < 30; call++) expect((await ask()).status).toBe(200);
    await all[1]?.start();
    await expect.poll(() => bodies(12)).toContain("two");
  });

  it("sends none to a replica that says it is ill", async () => {
    const { replicas: all, bodies } = await app({ balance: "round_robin", healthPath: "/health" });
    await expect.poll(() => all[0]?.state.asked).toBeGreaterThan(0);
    (all[0] as Replica).state.healthy = false;
    await expect.poll(() => bodies(12)).toEqual(["three", "two"]);
    (all[0] as Replica).state.healthy = true;
    await expect.poll(() => bodies(12)).toContain("one");
  });

  it("answers with a page when all of them are down", async () => {
    const { replicas: all, ask } = await app({}, ["one"]);
    all[0]?.stop();
    expect(await ask()).toMatchObject({ status: 502, body: expect.stringContaining("This did not work") });
  });
});

describe("what makes no app", () => {
  const proxy = { kind: "proxy" as const, upstream: "127.0.0.1:3000" };
  it.each<[what: string, ask: Partial<RouteRequest>, argument: string]>([
    ["a replica that is no address", { replicas: ["a b"] }, "upstream"],
    ["a replica that is the admin API", { replicas: ["127.0.0.1:2019"] }, "upstream"],
    ["a replica with metadata of a cloud", { replicas: ["169.254.169.254:80"] }, "upstream"],
    ["one address twice", { replicas: ["127.0.0.1:3000"] }, "replicas"],
    ["one replica over TLS", { replicas: ["https://127.0.0.1:3001"] }, "replicas"],
    ["replicas that are no list", { replicas: "127.0.0.1:3001" as never }, "replicas"],
    ["too many replicas", { replicas: Array.from({ length: 21 }, (_, at) => `127.0.0.1:${4000 + at}`) }, "replicas"],
    ["an unknown balance", { balance: "random" as never }, "balance"],
    ["a balance that every object has", { balance: "constructor" as never }, "balance"],
    ["a health path without a slash", { healthPath: "health" }, "healthPath"],
    ["a health path with a placeholder", { healthPath: "/{env.HOME}" }, "healthPath"],
    ["a health path that is a URL", { healthPath: "//evil.example/" }, "healthPath"],
    ["replicas of a site", { kind: "static", upstream: null, replicas: ["127.0.0.1:1"], siteRoot: "/srv" }, "replicas"],
  ])("refuses %s", async (_, ask, argument) => {
    const call = withPostgres(db, (sql) =>
      ensureRoute({ sql, caddy: own.caddy, workspace: memoryWorkspace(), project: "shop", ...proxy, ...ask }),
    );
    await expect(call).rejects.toMatchObject({ code: "invalid_input", details: { argument } });
  });
});
