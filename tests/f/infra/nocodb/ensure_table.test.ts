import { describe, expect, it } from "vitest";
import { main as ensureTable } from "../../../../f/infra/nocodb/ensure_table.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project } = nocodbProject();

describe("ensure_table", () => {
  it("takes null for what a form leaves empty, and answers the same twice", async () => {
    const definition = { title: "Post", fields: [{ title: "Headline", type: "SingleLineText" }] };
    const call = () => ensureTable(project, definition, null as never, null as never, db, nocodb.value);
    const made = await call();
    expect(made).toMatchObject({ project, status: "created", table: { title: "Post", name: "post" } });
    expect(await call()).toEqual({ ...made, status: "unchanged" });
  });
});
