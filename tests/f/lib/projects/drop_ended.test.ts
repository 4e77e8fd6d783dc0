import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropEnded } from "../../../../f/lib/projects/drop_ended.ts";
import type { Ports } from "../../../../f/lib/projects/kinds/kind.ts";
import { markExpired } from "../../../../f/lib/projects/mark.ts";
import { findProject } from "../../../../f/lib/projects/record.ts";
import { listResources } from "../../../../f/lib/projects/resources.ts";
import { restoreRecord } from "../../../../f/lib/projects/restore.ts";
import { dropKind } from "../../../../f/lib/projects/takedown.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { dying } from "../../../support/faults.ts";
import { applyAll, deleteAll, projectServers } from "../../../support/project_ports.ts";

const { caddy, db, use } = projectServers(testDatabase());
const exec = (text: string, params: unknown[] = []) => withPostgres(db, (sql) => sql.query(text, params));
const sweep = (dryRun = false) => use((ports) => dropEnded(ports, { dryRun }));
const remains = async (project: string) => (await use((ports) => listResources(ports, project))).items;
const backdate = (column: "expires_at" | "drop_at", project: string) =>
  exec(`update run8n.project set ${column} = now() - interval '1 hour' where name = $1`, [project]);

/** Calls before the first lock, in the middle of the locks, and of the drops. */
const KILLS = [20, 70, 110];

const project = async () => {
  const name = uniqueProject();
  await use((ports) => applyAll(ports, { project: name }));
  return name;
};
const preview = async (of: string, environment = "fix") => {
  await use((ports) => applyAll(ports, { project: of, environment }));
  return `${of}-${environment}`;
};
const deleted = async () => {
  const name = await project();
  await use((ports) => deleteAll(ports, name));
  return name;
};

describe("dropEnded", () => {
  it("drops what has expired or was deleted seven days ago, after a dump, and nothing else", async () => {
    const [live, restorable, over] = [await project(), await deleted(), await deleted()];
    const [current, expired] = [await preview(live, "current"), await preview(live, "expired")];
    await backdate("expires_at", expired);
    await backdate("drop_at", over);

    const planned = await sweep(true);
    expect(planned).toMatchObject({ status: "planned", failed: [] });
    expect(planned.items.map(({ project: one, why }) => [one, why])).toEqual([
      [expired, "expired"],
      [over, "deleted"],
    ]);
    expect((await remains(expired)).length).toBeGreaterThan(0);

    expect(await sweep()).toMatchObject({ status: "dropped", items: planned.items, failed: [] });
    expect([await remains(expired), await remains(over)]).toEqual([[], []]);
    const { rows } = await exec("select project from run8n.dump order by project");
    expect(rows.map((row) => row.project)).toEqual([expired, over].sort());
    for (const one of [live, current]) expect((await visit(caddy, `${one}.${caddy.domain}`)).status).toBe(200);
    expect((await use(({ sql }) => findProject(sql, restorable)))?.status).toBe("deleted");
    expect(await sweep()).toEqual({ status: "unchanged", items: [], failed: [] });
  });

  it("drops a preview that somebody deleted without the seven days, and its name is free again", async () => {
    const one = await preview(await project());
    const { deletedAt, dropAt } = await use((ports) => deleteAll(ports, one));
    expect(dropAt).toBe(deletedAt);
    const again = { project: one.replace(/-fix$/, ""), environment: "fix" };
    await expect(use((ports) => applyAll(ports, again))).rejects.toMatchObject({ message: /within the hour/ });
    expect(await sweep()).toMatchObject({ items: [{ project: one, why: "deleted" }] });
    expect(await use((ports) => applyAll(ports, again))).toMatchObject({ status: "created" });
  });

  it("lets none that fails keep it from the others, says why, and drops it once that is mended", async () => {
    const [bad, good] = [await deleted(), await deleted()].sort() as [string, string];
    for (const one of [bad, good]) await backdate("drop_at", one);
    await exec(`comment on schema ${bad} is 'of somebody else'`);
    const first = await sweep();
    expect(first).toMatchObject({ items: [{ project: good }], failed: [{ project: bad, code: "conflict" }] });
    expect(await sweep(true)).toMatchObject({ items: [{ project: bad, problem: first.failed[0]?.message }] });
    expect(await remains(good)).toEqual([]);
    await exec(`comment on schema ${bad} is 'run8n project ${bad}'`);
    expect(await sweep()).toMatchObject({ items: [{ project: bad }], failed: [] });
  });

  it("is gone on with by the next, wherever one was killed, and by two at once", async () => {
    const of = await project();
    for (const at of KILLS) {
      const one = await preview(of);
      await backdate("expires_at", one);
      await use(async (ports) => {
        const { life, ...wrap } = dying(at, at % 2 ? "before" : "after");
        const cut: Ports = { ...ports, sql: wrap.sql(ports.sql), workspace: wrap.workspace(ports.workspace) };
        await dropEnded(cut, { dryRun: false }).catch(() => undefined);
        expect(life).toMatchObject({ died: true });
      });
      for (const { failed } of await Promise.all([sweep(), sweep()])) expect(failed).toEqual([]);
      expect(await remains(one)).toEqual([]);
    }
  });

  it("leaves a preview that was applied again between the look and the deed", async () => {
    const one = await preview(await project());
    expect(await use(({ sql }) => markExpired(sql, one))).toBe(false);
    await backdate("expires_at", one);
    expect(await use(({ sql }) => markExpired(sql, one))).toBe(true);
  });
});

describe("a project that is being dropped", () => {
  it("cannot be restored any more", async () => {
    const one = await deleted();
    await use((ports) => dropKind(ports, { project: one, kind: "routes", confirm: one }));
    const restoring = use(({ sql }) => restoreRecord(sql, one));
    await expect(restoring).rejects.toMatchObject({ code: "conflict", hint: expect.stringContaining("drop_project") });
    expect((await use(({ sql }) => findProject(sql, one)))?.status).toBe("deleted");
  });

  it("keeps its environments from being restored without it", async () => {
    const of = await project();
    await use((ports) => applyAll(ports, { project: of, environment: "staging" }));
    await use((ports) => deleteAll(ports, of));
    const restoring = use(({ sql }) => restoreRecord(sql, `${of}-staging`));
    await expect(restoring).rejects.toMatchObject({ code: "conflict", hint: `Restore ${of} first.` });
  });
});
