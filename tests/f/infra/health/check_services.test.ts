import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { main as checkServices } from "../../../../f/infra/health/check_services.ts";
import { freePort } from "../../../../scripts/stack/process.ts";
import { runOnBun } from "../../../support/bun.ts";
import { testNocodb } from "../../../support/nocodb.ts";

const { postgres, redis, caddy, ssh } = inject("services");
const nocodb = testNocodb();
const VERSION = "CE v1.713.1";
const windmill = createServer((request, answer) => {
  answer.statusCode = request.url === "/api/version" ? 200 : 404;
  answer.end(VERSION);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => windmill.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("BASE_URL", `http://127.0.0.1:${(windmill.address() as AddressInfo).port}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  windmill.close();
});

const up = (name: string, version: unknown) => ({ name, status: "up", version, latencyMs: expect.any(Number) });

describe("check_services", () => {
  it("tells of each service that it is up, its version and how long it took", async () => {
    expect(await checkServices(5, postgres, redis, caddy, ssh, nocodb.value)).toEqual({
      status: "up",
      services: [
        up("windmill", VERSION),
        up("postgres", expect.stringMatching(/^\d+(\.\d+)?$/)),
        up("redis", expect.stringMatching(/^\d+\.\d+\.\d+$/)),
        up("caddy", null),
        up("nocodb", expect.stringMatching(/^\d+\.\d+\.\d+$/)),
        up("site_host", expect.stringMatching(/^\w+ \d/)),
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
      { ...nocodb.value, url: `http://127.0.0.1:${port}` },
    ] as const;
    const { services } = await checkServices(5, ...gone);
    expect(services.map(({ name, status }) => [name, status])).toEqual(
      ["windmill", "postgres", "redis", "caddy", "nocodb", "site_host"].map((name) => [name, "down"]),
    );
    for (const { detail, version } of services) {
      expect(version).toBeNull();
      expect(detail).toContain("ECONNREFUSED");
    }
    vi.stubEnv("BASE_URL", `http://127.0.0.1:${(windmill.address() as AddressInfo).port}`);
    const one = await checkServices(5, postgres, gone[1], caddy, ssh, nocodb.value);
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
      "$res:f/infra/nowhere",
    );
    expect(health.services.map(({ status }) => status)).toEqual(["up", "down", "down", "down", "down", "down"]);
    expect(JSON.stringify(health)).not.toContain(secret);
  });

  it("runs on Bun as a worker bundles it", async () => {
    const code = 'export { main } from "@f/infra/health/check_services.ts";';
    const health = (await runOnBun(code, [5, postgres, redis, caddy, ssh, nocodb.value])) as Awaited<
      ReturnType<typeof checkServices>
    >;
    expect(health.services.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "windmill down",
      "postgres up",
      "redis up",
      "caddy up",
      "nocodb up",
      "site_host up",
    ]);
  });
});
