import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { setClient } from "windmill-client";
import { namedResource, type Postgresql, resource } from "../../../f/lib/resources.ts";

const db: Postgresql = { host: "h", port: 5432, user: "u", password: "p", dbname: "d" };

/** What Windmill was asked for. */
let asked: string[] = [];
const windmill = createServer(({ url = "" }, response) => {
  asked.push(url);
  const isThere = url.endsWith("/f/infra/postgres");
  response.writeHead(isThere ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(isThere ? db : "Resource not found"));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => windmill.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("WM_WORKSPACE", "ours");
  setClient("hunter2", `http://127.0.0.1:${(windmill.address() as AddressInfo).port}`);
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  vi.unstubAllEnvs();
  windmill.close();
});

describe("resource", () => {
  it("takes a value as it is, without asking Windmill", async () => {
    expect(await resource(db)).toBe(db);
    expect(asked).toEqual([]);
  });

  it("reads a path from Windmill", async () => {
    expect(await resource<Postgresql>("$res:f/infra/postgres")).toEqual(db);
    expect(asked).toEqual([expect.stringMatching(/\/w\/ours\/resources\/.*\/f\/infra\/postgres$/)]);
  });

  it.each([undefined, null, 7, true, "", "f/infra/postgres", "$var:f/infra/secret", "postgres://u:hunter2@h/d"])(
    "refuses %j, and does not repeat it",
    async (value) => {
      const failure = await resource(value as unknown as Postgresql).catch((error: Error) => error);
      expect(failure).toMatchObject({ code: "invalid_input", status: 400 });
      expect(String(failure)).not.toContain("hunter2");
      expect(asked).toEqual([]);
    },
  );
});

describe("namedResource", () => {
  it("says which resource is missing, without what Windmill's client said about it", async () => {
    const failure = await namedResource("f/infra/redis").catch((error: Error) => error);
    expect(failure).toMatchObject({ code: "upstream_failed", status: 502, details: { path: "f/infra/redis" } });
    expect(JSON.stringify(failure)).not.toContain("hunter2");
  });
});
