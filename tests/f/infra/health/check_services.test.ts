import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { main as checkServices } from "../../../../f/infra/health/check_services.ts";
import { request } from "../../../../f/lib/storage/client.ts";
import { freePort } from "../../../../scripts/stack/process.ts";
import { runOnBun } from "../../../support/bun.ts";
import { startGotrue } from "../../../support/gotrue.ts";
import { testNocodb } from "../../../support/nocodb.ts";
import { startOpenai } from "../../../support/openai.ts";
import { startQdrant } from "../../../support/qdrant.ts";
import { standInS3 } from "../../../support/s3.ts";
import { testStripe } from "../../../support/stripe.ts";

const { postgres, redis, caddy, ssh } = inject("services");
const nocodb = testNocodb();
const VERSION = "CE v1.713.1";
const windmill = createServer((request, answer) => {
  answer.statusCode = request.url === "/api/version" ? 200 : 404;
  answer.end(VERSION);
});

const startStandIns = async () => ({
  qdrant: await startQdrant(),
  openai: await startOpenai(),
  gotrue: await startGotrue(),
});
const store = standInS3();
const stripe = testStripe();
let stand: Awaited<ReturnType<typeof startStandIns>>;
/** All services as they are, but for Redis. */
const withRedis = (other: typeof redis) => {
  const [db, _redis, ...others] = resources();
  return [db, other, ...others] as const;
};
const resources = () =>
  [
    postgres,
    redis,
    caddy,
    ssh,
    { url: stand.qdrant.url, api_key: "test-key" },
    stand.openai.resource,
    stand.gotrue.resource,
    nocodb.value,
    store.s3,
    stripe.connection(),
  ] as const;

beforeAll(async () => {
  stand = await startStandIns();
  await request({ s3: store.s3 }, { method: "PUT" });
  await new Promise<void>((resolve) => windmill.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("BASE_URL", `http://127.0.0.1:${(windmill.address() as AddressInfo).port}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  windmill.close();
  await stand.qdrant.remove();
  await stand.openai.remove();
  await stand.gotrue.remove();
});

const up = (name: string, version: unknown) => ({ name, status: "up", version, latencyMs: expect.any(Number) });

describe("check_services", () => {
  it("tells of each service that it is up, its version and how long it took", async () => {
    expect(await checkServices(5, ...resources())).toEqual({
      status: "up",
      services: [
        up("windmill", VERSION),
        up("postgres", expect.stringMatching(/^\d+(\.\d+)?$/)),
        up("redis", expect.stringMatching(/^\d+\.\d+\.\d+$/)),
        up("caddy", null),
        up("site_host", expect.stringMatching(/^\w+ \d/)),
        up("qdrant", "1.18.0"),
        up("openai", null),
        up("gotrue", "stand-in"),
        up("nocodb", expect.stringMatching(/^\d+\.\d+\.\d+$/)),
        up("storage", null),
        up("stripe", expect.stringMatching(/^\d{4}-\d\d-\d\d/)),
      ],
    });
  });

  it("tells of each service that is not there, and of the others that they are", async () => {
    const port = await freePort();
    vi.stubEnv("BASE_URL", `http://127.0.0.1:${port}`);
    const gone = [
      { ...postgres, port },
      { ...redis, port },
      { ...caddy, admin: `http://127.0.0.1:${port}` },
      { ...ssh, port },
      { url: `http://127.0.0.1:${port}`, api_key: "key" },
      { api_key: "key", base_url: `http://127.0.0.1:${port}/v1` },
      { ...stand.gotrue.resource, url: `http://127.0.0.1:${port}` },
      { ...nocodb.value, url: `http://127.0.0.1:${port}` },
      { ...store.s3, endPoint: `127.0.0.1:${port}` },
      { token: "key", baseUrl: `http://127.0.0.1:${port}` },
    ] as const;
    const { services } = await checkServices(5, ...gone);
    expect(services.map(({ name, status }) => [name, status])).toEqual(
      [
        "windmill",
        "postgres",
        "redis",
        "caddy",
        "site_host",
        "qdrant",
        "openai",
        "gotrue",
        "nocodb",
        "storage",
        "stripe",
      ].map((name) => [name, "down"]),
    );
    for (const { detail, version } of services) {
      expect(version).toBeNull();
      expect(detail).toContain("ECONNREFUSED");
    }
    vi.stubEnv("BASE_URL", `http://127.0.0.1:${(windmill.address() as AddressInfo).port}`);
    const one = await checkServices(5, ...withRedis(gone[1]));
    expect(one.services.filter(({ status }) => status === "down").map(({ name }) => name)).toEqual(["redis"]);
  });

  it("tells of wrong credentials and of resources that are not there, without a secret", async () => {
    const secret = "hunter2-hunter2";
    const health = await checkServices(
      5,
      { ...postgres, password: secret },
      { ...redis, password: secret },
      "$res:f/infra/nowhere",
      { ...ssh, privateKey: secret },
      { url: stand.qdrant.url, api_key: secret },
      { ...stand.openai.resource, api_key: secret },
      "$res:f/infra/nowhere",
      "$res:f/infra/nowhere",
      { ...store.s3, secretKey: secret },
      { ...stripe.connection(), token: secret },
    );
    expect(health.services.map(({ status }) => status)).toEqual(["up", ...Array(10).fill("down")]);
    expect(JSON.stringify(health)).not.toContain(secret);
  });

  it("runs on Bun as a worker bundles it", async () => {
    const code = 'export { main } from "@f/infra/health/check_services.ts";';
    const health = (await runOnBun(code, [5, ...resources()])) as Awaited<ReturnType<typeof checkServices>>;
    expect(health.services.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "windmill down",
      "postgres up",
      "redis up",
      "caddy up",
      "site_host up",
      "qdrant up",
      "openai up",
      "gotrue up",
      "nocodb up",
      "storage up",
      "stripe up",
    ]);
  });
});
