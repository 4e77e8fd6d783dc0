import { afterAll, describe, expect, it } from "vitest";
import { main as ensureToken } from "../../../../f/infra/nocodb/ensure_token.ts";
import { openNocodb, path } from "../../../../f/lib/nocodb/client.ts";
import { jobWorkspace } from "../../../../f/lib/windmill/workspace.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
const other = nocodbProject();
jobsEngine();

const secret = `f/project_${project.replaceAll("-", "_")}/nocodb_token`;
const user = `run8n-${project}@nocodb.invalid`;
const ensure = (access?: string | null) => ensureToken(project, access as never, db, nocodb.value);
const asApp = async () => openNocodb({ ...nocodb.value, token: (await jobWorkspace().getSecret(secret)) ?? "" });

afterAll(async () => {
  const admin = await nocodb.api.asAdmin();
  const { list } = await admin.get<{ list: { id: string; email: string }[] }>("/api/v1/users", { limit: 1000 });
  await admin.delete(path`/api/v1/users/${list.find(({ email }) => email === user)?.id ?? ""}`);
});

describe("ensure_token", () => {
  it("keeps a token that writes records of this base, and is unchanged while it works", async () => {
    const { table: item } = await table({ title: "Item", fields: [{ title: "What", type: "SingleLineText" }] });
    const made = await ensure(null);
    expect(made).toEqual({ project, user, access: "write", secret, status: "created" });
    const token = await jobWorkspace().getSecret(secret);
    expect(await ensure()).toEqual({ ...made, status: "unchanged" });
    expect(await jobWorkspace().getSecret(secret)).toBe(token);
    const app = await asApp();
    await app.post(path`/api/v2/tables/${item.id}/records`, { What: "tea" });
    await expect(app.delete(path`/api/v2/meta/tables/${item.id}`)).rejects.toMatchObject({ details: { status: 403 } });
    const { list } = await app.get<{ list: { title: string }[] }>("/api/v2/meta/bases");
    expect(list.map(({ title }) => title)).toEqual([project]);
  });

  it("reaches no other project's base", async () => {
    const { table: item } = await other.table({ title: "Item", fields: [{ title: "What", type: "SingleLineText" }] });
    const app = openNocodb({ ...other.nocodb.value, token: (await asApp()).value.token });
    await expect(app.get(path`/api/v2/tables/${item.id}/records`)).rejects.toMatchObject({
      details: { status: expect.toBeOneOf([401, 403]) },
    });
  });

  it("only reads when told so, with the same token", async () => {
    expect(await ensure("read")).toMatchObject({ access: "read", status: "updated" });
    expect(await ensure("read")).toMatchObject({ status: "unchanged" });
    const { table: item } = await table({ title: "Item", fields: [] });
    const at = path`/api/v2/tables/${item.id}/records`;
    const app = await asApp();
    expect(await app.get(at)).toMatchObject({ list: [{ What: "tea" }] });
    await expect(app.post(at, { What: "pie" })).rejects.toMatchObject({ details: { status: 403 } });
  });

  it("makes another without the variable, and ends the one before", async () => {
    const before = await asApp();
    await jobWorkspace().deleteSecret(secret);
    expect(await ensure()).toMatchObject({ status: "updated" });
    expect(await (await asApp()).get("/api/v2/meta/bases")).toMatchObject({ list: [{ title: project }] });
    await expect(before.get("/api/v2/meta/bases")).rejects.toThrow();
    await jobWorkspace().setSecret(secret, "not-a-token", "for the test");
    expect(await ensure()).toMatchObject({ status: "updated" });
    expect(await ensure()).toMatchObject({ status: "unchanged" });
  });

  it("needs a base, the login of a super admin, and an access that it knows", async () => {
    await expect(ensure("admin")).rejects.toMatchObject({ status: 400 });
    await expect(ensureToken("nothing-here", "write", db, nocodb.value)).rejects.toMatchObject({ status: 404 });
    const { url, token } = nocodb.value;
    await expect(ensureToken(project, "write", db, { url, token })).rejects.toMatchObject({
      hint: expect.stringContaining("super admin"),
    });
  });
});
