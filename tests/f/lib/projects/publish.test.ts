import { describe, expect, inject, it } from "vitest";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureProject } from "../../../../f/lib/projects/ensure.ts";
import { publishProject } from "../../../../f/lib/projects/publish.ts";
import { requireProject } from "../../../../f/lib/projects/record.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const { caddy } = inject("services");

const provisioned = async (sql: Sql) => {
  const project = uniqueProject();
  const { url } = await ensureProject({ sql, workspace: memoryWorkspace(), caddy }, { project, template: "static" });
  return { project, url };
};

const steps = (...statuses: string[]) => statuses.map((status, at) => ({ name: `step_${"abc"[at]}`, status }));

describe("publishProject", () => {
  it("sets a project live, whatever its steps found", async () => {
    await withPostgres(db, async (sql) => {
      const { project, url } = await provisioned(sql);
      expect(await publishProject(sql, project, steps("unchanged", "unchanged"))).toEqual({
        project,
        url,
        status: "created",
      });
      const record = await requireProject(sql, project);
      expect(record).toMatchObject({ status: "live", url, secondsToLive: expect.any(Number) });
      expect(record.secondsToLive).toBe((Date.parse(record.liveAt!) - Date.parse(record.createdAt)) / 1000);
    });
  });

  it("says unchanged when it was live and every step was, and touches nothing", async () => {
    await withPostgres(db, async (sql) => {
      const { project } = await provisioned(sql);
      await publishProject(sql, project, steps("created"));
      const before = await requireProject(sql, project);
      expect(await publishProject(sql, project, steps("unchanged", "unchanged"))).toMatchObject({
        status: "unchanged",
      });
      expect(await requireProject(sql, project)).toEqual(before);
    });
  });

  it("says updated when a step changed something, and keeps the first time it was live", async () => {
    await withPostgres(db, async (sql) => {
      const { project } = await provisioned(sql);
      await publishProject(sql, project, steps("created"));
      const before = await requireProject(sql, project);
      expect(await publishProject(sql, project, steps("unchanged", "updated"))).toMatchObject({ status: "updated" });
      const after = await requireProject(sql, project);
      expect(after.liveAt).toBe(before.liveAt);
      expect(after.updatedAt).not.toBe(before.updatedAt);
    });
  });

  it("refuses a project without a record", async () => {
    const publishing = withPostgres(db, (sql) => publishProject(sql, uniqueProject(), steps("created")));
    await expect(publishing).rejects.toMatchObject({ code: "not_found", status: 404 });
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["an object", { name: "a", status: "created" }],
    ["an empty list", []],
    ["a list of words", ["created"]],
    ["a step without status", [{ name: "a" }]],
    ["a step that is null", [null]],
    ["a status that is no word", [{ name: "a", status: "'; drop schema run8n" }]],
    ["a secret", [{ name: "a", status: "Pa55word!" }]],
    ["too many", Array(51).fill({ name: "a", status: "created" })],
  ])("refuses as steps %s", async (_what, given) => {
    await withPostgres(db, async (sql) => {
      const { project } = await provisioned(sql);
      await expect(publishProject(sql, project, given)).rejects.toMatchObject({ code: "invalid_input", status: 400 });
      expect(await requireProject(sql, project)).toMatchObject({ status: "provisioning" });
    });
  });
});
