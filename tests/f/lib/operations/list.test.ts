import { describe, expect, it } from "vitest";
import { PreconditionError } from "../../../../f/lib/errors.ts";
import { listOperations } from "../../../../f/lib/operations/list.ts";
import { operate } from "../../../../f/lib/operations/operate.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";

const db = testDatabase();
const list = (ask: Parameters<typeof listOperations>[1]) => withPostgres(db, (sql) => listOperations(sql, ask));
const run = (project: string, verb: string, work: () => Promise<object> = async () => ({ verb })) =>
  withPostgres(db, (sql) => operate({ sql, verb, project, arguments: { verb } }, work));

describe("listOperations", () => {
  it("has nothing to list on a server that has never seen run8n", async () => {
    expect(await list({})).toEqual({ items: [] });
  });

  it("tells what was done, newest first, page by page, and of one project only", async () => {
    const project = uniqueProject();
    for (const verb of ["first", "second", "third"]) await run(project, verb);
    await run(uniqueProject(), "elsewhere");
    const page = await list({ project, limit: 2 });
    expect(page.items.map(({ verb }) => verb)).toEqual(["third", "second"]);
    expect(page.items[0]).toMatchObject({ project, status: "succeeded", result: { verb: "third" }, error: null });
    const rest = await list({ project, limit: 2, cursor: page.nextCursor as string });
    expect(rest).toMatchObject({ items: [{ verb: "first" }] });
    expect(rest.nextCursor).toBeUndefined();
  });

  it("finds what failed, with the code of its error", async () => {
    const project = uniqueProject();
    await run(project, "fine");
    const failing = async () => {
      throw new PreconditionError("not yet", { hint: "Wait." });
    };
    await run(project, "wrong", failing).catch(() => undefined);
    const { items } = await list({ project, failed: true });
    expect(items).toMatchObject([{ verb: "wrong", status: "failed", error: { code: "precondition_failed" } }]);
  });

  it.each([
    { cursor: "yesterday" },
    { cursor: "1_2" },
    { cursor: "1.000000_'; drop table x" },
    { limit: 0 },
    { project: "A" },
  ])("refuses %j", async (ask) => {
    await expect(list(ask)).rejects.toMatchObject({ code: "invalid_input" });
  });
});
