import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { main as ensureAccess } from "../../../../f/infra/qdrant/ensure_access.ts";
import { withQdrant } from "../../../../f/lib/qdrant/client.ts";
import { type Qdrant, resource } from "../../../../f/lib/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { testQdrant } from "../../../support/qdrant.ts";

const db = testDatabase();
const qdrant = testQdrant();
jobsEngine();

describe("ensure_access", () => {
  it("keeps a key that opens the one collection, to read or to write", async () => {
    const project = uniqueProject();
    for (const collection of ["docs", "pages"]) {
      await qdrant.client.createCollection(`${project}__${collection}`, { vectors: { size: 2, distance: "Dot" } });
    }
    const points = [{ id: 1, vector: [1, 1] }];
    for (const role of ["read", "write"] as const) {
      const made = await ensureAccess(project, "docs", role, qdrant.value, db);
      expect(made).toMatchObject({ role, enforcedBy: "key", status: "created" });
      const key = await resource<Qdrant>(`$res:${made.resource}`);
      expect(JSON.stringify(made)).not.toContain(key.api_key);
      const status = (work: Parameters<typeof withQdrant>[1]) =>
        withQdrant(key, work).then(
          () => 200,
          (error) => error.details.status,
        );
      expect(await status((client) => client.count(`${project}__docs`))).toBe(200);
      expect(await status((client) => client.upsert(`${project}__docs`, { points }))).toBe(
        role === "write" ? 200 : 403,
      );
      expect(await status((client) => client.count(`${project}__pages`))).toBe(403);
      expect(await status((client) => client.deleteCollection(`${project}__docs`))).toBe(403);
      expect(await ensureAccess(project, "docs", role, qdrant.value, db)).toEqual({ ...made, status: "unchanged" });
    }
  });

  it("makes none that the server would not hold to its collection, and says so", async () => {
    const open = createServer((_, answer) => {
      answer.setHeader("content-type", "application/json");
      answer.statusCode = 404; // everybody gets in, and there is no such collection
      answer.end('{"status":{"error":"Not found"}}');
    });
    await new Promise<void>((done) => open.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(open.address() as AddressInfo).port}`;
    const none = { enforcedBy: "endpoint", status: "unavailable" };
    expect(await ensureAccess(uniqueProject(), "docs", "read", { url, api_key: "key" }, db)).toMatchObject(none);
    expect(await ensureAccess(uniqueProject(), "docs", "read", { url }, db)).toMatchObject(none);
    open.close();
  });

  it("refuses a role that there is not", async () => {
    const call = ensureAccess(uniqueProject(), "docs", "admin" as "read", qdrant.value, db);
    await expect(call).rejects.toMatchObject({ code: "invalid_input" });
  });
});
