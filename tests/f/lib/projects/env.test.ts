import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { projectEnv, rotateSecrets } from "../../../../f/lib/projects/env.ts";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import type { PostgresqlValue } from "../../../../f/lib/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { applyAll, projectServers } from "../../../support/project_ports.ts";

const servers = projectServers(testDatabase());
const { use } = servers;

async function live(more: object = {}): Promise<string> {
  const name = uniqueProject();
  await use((ports) => applyAll(ports, { manifest: { name, template: "static", ...more } }));
  return name;
}
const env = async (project: string) => (await use((ports) => projectEnv(ports, project))).variables;
const rotate = (project: string, graceSeconds: number) =>
  use((ports) => rotateSecrets(ports, { project, graceSeconds }));

/** Who the database says has come in with a URL, and where it is. */
async function whoBy(url = ""): Promise<{ role: string; schema: string; database: string }> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const dbname = pathname.slice(1);
  const login: PostgresqlValue = { host: hostname, port: Number(port), user: username, password, dbname };
  const { rows } = await withPostgres(login, (sql) =>
    sql.query("select current_user as role, current_schema() as schema, current_database() as database"),
  );
  return rows[0];
}

async function pingBy(url = "", key: string): Promise<unknown> {
  const { hostname, port, username, password } = new URL(url);
  const redis = { host: hostname, port: Number(port), username, password };
  return (await sendCommands(redis, [["SET", key, "1"]]))[0];
}

describe("projectEnv", () => {
  it("holds addresses that lead in, each with the rights of its name", async () => {
    const project = await live({ realtime: true, database: { shadow: true } });
    const found = await env(project);
    expect(await whoBy(found.DATABASE_URL)).toMatchObject({ role: `${project}_app`, schema: project });
    expect(await whoBy(found.DIRECT_DATABASE_URL)).toMatchObject({ role: `${project}_owner`, schema: project });
    expect(await whoBy(found.READONLY_DATABASE_URL)).toMatchObject({ role: `${project}_readonly` });
    expect(await whoBy(found.SHADOW_DATABASE_URL)).toMatchObject({ database: `${project}_shadow` });
    expect(found.DATABASE_URL).toContain(`?schema=${project}`);
    expect(await pingBy(found.REDIS_URL, `${found.REDIS_PREFIX}hello`)).toBe("OK");
    const origin = `http://${project}.${servers.caddy.domain}:${servers.caddy.port}`;
    expect(found).toMatchObject({ RUN8N_PROJECT: project, RUN8N_ENVIRONMENT: "production", SITE_URL: origin });
  });

  it("has nothing of what the project did not ask for, and leaves a record without passwords", async () => {
    const project = await live();
    const found = await env(project);
    expect(Object.keys(found)).not.toEqual(expect.arrayContaining(["REDIS_URL", "SHADOW_DATABASE_URL"]));
    const { rows } = await withPostgres(servers.db, (sql) =>
      sql.query("select o::text as row from run8n.operation o where verb = 'infra/projects/get_env'"),
    );
    expect(rows.at(-1)?.row).toContain("DIRECT_DATABASE_URL");
    for (const url of [found.DATABASE_URL, found.DIRECT_DATABASE_URL]) {
      expect(JSON.stringify(rows)).not.toContain(new URL(url as string).password);
    }
  });

  it("knows no project that was never made", async () => {
    await expect(env(uniqueProject())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("rotateSecrets", () => {
  it("gives every password a new value and lets the old ones in for the grace period", async () => {
    const project = await live({ realtime: true });
    const before = await env(project);
    const { secrets, status } = await rotate(project, 60);
    expect(status).toBe("updated");
    expect(secrets.map(({ what }) => what)).toEqual([
      ...["owner", "app", "readonly"].map((role) => `Postgres role ${role}`),
      "Redis user",
    ]);
    const after = await env(project);
    for (const name of ["DATABASE_URL", "DIRECT_DATABASE_URL", "READONLY_DATABASE_URL"]) {
      expect(after[name]).not.toBe(before[name]);
      expect(await whoBy(after[name])).toEqual(await whoBy(before[name]));
    }
    for (const { REDIS_URL } of [before, after]) expect(await pingBy(REDIS_URL, `${project}:x`)).toBe("OK");

    const again = await rotate(project, 60);
    expect(again.secrets.filter(({ status }) => status === "in grace")).toHaveLength(3);
    expect(await whoBy((await env(project)).DATABASE_URL)).toMatchObject({ role: `${project}_app` });
  });

  it("ends the old passwords at once when told to", async () => {
    const project = await live();
    const before = await env(project);
    await rotate(project, 0);
    await expect(whoBy(before.DATABASE_URL)).rejects.toMatchObject({ code: "upstream_unreachable" });
    expect(await whoBy((await env(project)).DATABASE_URL)).toMatchObject({ role: `${project}_app` });
  });

  it.each([-1, 1.5, 1e9, Number.NaN])("refuses a grace period of %d", async (graceSeconds) => {
    await expect(rotate(uniqueProject(), graceSeconds)).rejects.toMatchObject({ code: "invalid_input" });
  });
});
