import { beforeAll, describe, expect, it } from "vitest";
import { main as createRecords } from "../../../../f/infra/nocodb/create_records.ts";
import { main as ensureField } from "../../../../f/infra/nocodb/ensure_field.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
const field = (definition: object, confirm?: string) =>
  ensureField(project, "Post", definition, confirm, db, nocodb.value);

beforeAll(() => table({ title: "Post", fields: [{ title: "Headline", type: "SingleLineText" }] }));

describe("ensure_field", () => {
  it("adds a field, changes it, and leaves the others alone", async () => {
    const made = await field({ title: "State", type: "SingleSelect", choices: ["draft"] });
    expect(made).toMatchObject({ project, table: "Post", status: "updated", warnings: [] });
    expect(made.field).toMatchObject({ title: "State", name: "state", choices: ["draft"] });
    const more = { title: "State", type: "SingleSelect", choices: ["draft", "live"], default: "draft" };
    expect(await field(more)).toMatchObject({
      status: "updated",
      field: { choices: ["draft", "live"], default: "draft" },
    });
    expect(await field(more)).toMatchObject({ status: "unchanged", changes: [], warnings: [] });
  });

  it("plans what loses values until the field's title is given", async () => {
    await createRecords(project, "Post", [{ Headline: "not a number" }], undefined, db, nocodb.value);
    const number = { title: "Headline", type: "Number" };
    expect(await field(number)).toMatchObject({ status: "planned", changes: [{ losesData: true, records: 1 }] });
    expect(await field(number, "Post")).toMatchObject({ status: "planned" });
  });

  it("knows no table that is not there", async () => {
    const call = ensureField(project, "Nowhere", { title: "A", type: "Number" }, undefined, db, nocodb.value);
    await expect(call).rejects.toMatchObject({ status: 404 });
  });
});
