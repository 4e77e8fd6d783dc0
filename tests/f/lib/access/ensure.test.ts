import { describe, expect, it } from "vitest";
import { checkKey } from "../../../../f/lib/access/check.ts";
import { type AccessRequest, ensureAccess } from "../../../../f/lib/access/ensure.ts";
import { listAccess } from "../../../../f/lib/access/list.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();
const ask = (project: string, more: Partial<AccessRequest> = {}) => ({
  project,
  name: "claude",
  verbs: ["deploy_site"],
  ...more,
});
const ensure = (request: AccessRequest) => withPostgres(db, (sql) => ensureAccess(sql, request));
const fresh = async () => (await provisionedProject(db)).project;

describe("ensureAccess", () => {
  it("shows the key once and keeps only its hash", async () => {
    const project = await fresh();
    const first = await ensure(ask(project));
    expect(first).toMatchObject({ status: "created", key: expect.stringMatching(/^r8n_/), verbs: ["deploy_site"] });
    expect(await ensure(ask(project))).toMatchObject({ id: first.id, status: "unchanged", key: null });
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select k::text as stored, o.result::text from run8n.access_key k, run8n.operation o"),
    );
    const secret = first.key?.split("_")[2] as string;
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it("changes the verbs of a key that its holder has already", async () => {
    const project = await fresh();
    const { id, key } = await ensure(ask(project));
    const changed = await ensure(ask(project, { verbs: ["get_project", "list_releases"] }));
    expect(changed).toMatchObject({ id, key: null, status: "updated", verbs: ["get_project", "list_releases"] });
    await withPostgres(db, async (sql) => {
      await checkKey(sql, { key: key as string, project, verb: "get_project" });
      const refused = checkKey(sql, { key: key as string, project, verb: "deploy_site" });
      await expect(refused).rejects.toMatchObject({ status: 403 });
    });
  });

  it.each([
    ["asked to", async () => {}, true],
    ["expired", (id: string) => exec("update run8n.access_key set expires_at = now() where id = $1", id), false],
  ])("makes a new key when it was %s, and the old one works no longer", async (_why, spoil, renew) => {
    const project = await fresh();
    const first = await ensure(ask(project));
    await spoil(first.id);
    const second = await ensure(ask(project, { renew }));
    expect(second).toMatchObject({ status: "updated", key: expect.stringMatching(/^r8n_/) });
    expect(second.id).not.toBe(first.id);
    await withPostgres(db, async (sql) => {
      const old = checkKey(sql, { key: first.key as string, project, verb: "deploy_site" });
      await expect(old).rejects.toMatchObject({ status: 401 });
      expect((await listAccess(sql, { project })).items.map(({ id }) => id)).toEqual([second.id]);
      expect((await listAccess(sql, { project, all: true })).items).toHaveLength(2);
    });
  });

  it("gives one key to many callers at once", async () => {
    const project = await fresh();
    const all = await Promise.all(Array.from({ length: 6 }, () => ensure(ask(project))));
    expect(all.filter(({ key }) => key)).toHaveLength(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  it.each([
    ["a project that is not there", { project: uniqueProject() }, "not_found"],
    ["an environment that is not there", { environment: "staging" }, "not_found"],
    ["an environment that is no name", { environment: "../etc" }, "invalid_input"],
    ["a name with a space", { name: "my key" }, "invalid_input"],
    ["no verbs", { verbs: [] }, "invalid_input"],
    ["no end", { expiresInDays: 0 }, "invalid_input"],
    ["half a day", { expiresInDays: 0.5 }, "invalid_input"],
    ["a lifetime", { expiresInDays: 4000 }, "invalid_input"],
  ])("refuses %s", async (_what, more, code) => {
    await expect(ensure(ask(await fresh(), more))).rejects.toMatchObject({ code });
  });
});

async function exec(text: string, ...params: unknown[]): Promise<void> {
  await withPostgres(db, (sql) => sql.query(text, params));
}
