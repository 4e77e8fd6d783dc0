import { beforeEach, describe, expect, it, vi } from "vitest";
import { namedResource, type Postgresql, resource } from "../../../f/lib/resources.ts";

const getResource = vi.hoisted(() => vi.fn());
vi.mock("windmill-client", () => ({ getResource }));

beforeEach(() => void getResource.mockReset());

const db: Postgresql = { host: "h", port: 5432, user: "u", password: "p", dbname: "d" };

describe("resource", () => {
  it("takes a value as it is, without asking Windmill", async () => {
    expect(await resource(db)).toBe(db);
    expect(getResource).not.toHaveBeenCalled();
  });

  it("reads a path from Windmill", async () => {
    getResource.mockResolvedValue(db);
    expect(await resource<Postgresql>("$res:f/infra/postgres")).toBe(db);
    expect(getResource).toHaveBeenCalledWith("f/infra/postgres");
  });

  it.each([undefined, null, 7, true, "", "f/infra/postgres", "$var:f/infra/secret", "postgres://u:hunter2@h/d"])(
    "refuses %j, and does not repeat it",
    async (value) => {
      const failure = await resource(value as unknown as Postgresql).catch((error: Error) => error);
      expect(failure).toMatchObject({ code: "invalid_input", status: 400 });
      expect(String(failure)).not.toContain("hunter2");
      expect(getResource).not.toHaveBeenCalled();
    },
  );
});

describe("namedResource", () => {
  it("says which resource is missing, without what Windmill's client said about it", async () => {
    getResource.mockRejectedValue(Object.assign(new Error("Resource not found"), { request: { token: "hunter2" } }));
    const failure = await namedResource("f/infra/redis").catch((error: Error) => error);
    expect(failure).toMatchObject({ code: "upstream_failed", status: 502, details: { path: "f/infra/redis" } });
    expect(JSON.stringify(failure)).not.toContain("hunter2");
  });
});
