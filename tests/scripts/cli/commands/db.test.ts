import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import type { TestEngine } from "../../../support/engine.ts";
import { testNocodb } from "../../../support/nocodb.ts";
import { pushedEngine } from "../../../support/pushed_engine.ts";
import { run8n } from "../../../support/run8n.ts";
import { keep } from "../../../support/workspace_items.ts";

const db = testDatabase();
const nocodb = testNocodb();
const project = uniqueProject();
let engine: TestEngine;
let dir: string;

function write(files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

const command = (...args: string[]) =>
  run8n(["db", ...args], {
    cwd: dir,
    env: { BASE_URL: engine.url, WM_TOKEN: engine.token, WM_WORKSPACE: engine.workspace },
  });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "run8n-db-"));
  write({
    "run8n.json": JSON.stringify({ name: project, template: "static" }),
    "prisma/migrations/migration_lock.toml": 'provider = "postgresql"',
    "prisma/migrations/1_init/migration.sql": "create table note (id serial primary key, text text);",
  });
  engine = await pushedEngine();
  await keep(engine, { "f/infra/postgres": db, "f/infra/nocodb": nocodb.value });
  expect(await engine.run("f/infra/postgres/ensure_schema", { project })).toMatchObject({ status: 200 });
});
afterAll(async () => {
  await engine?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe("run8n db", () => {
  it("shows what is pending, applies it, and has nothing to do then", async () => {
    expect(await command("status")).toMatchObject({
      code: 0,
      stdout: `${project}: 0 applied, 1 pending.\n  • 1_init 1 statement\n`,
    });
    expect((await command("migrate", "--dry-run", "--json")).json()).toMatchObject({
      pending: [{ name: "1_init" }],
      dryRun: true,
    });
    const migrated = await command("migrate");
    expect(migrated).toMatchObject({ code: 0, stdout: `Applied 1 to ${project}; it has 1 in all.\n` });
    expect(migrated.stderr).toMatch(/plan .*1 of 1 pending[\s\S]*migrate .*1_init/);
    expect((await command("migrate", "--json")).json()).toMatchObject({ applied: [], total: 1, status: "unchanged" });
    expect(await command("status")).toMatchObject({
      stdout: `${project}: 1 applied, nothing pending.\n  ✓ 1_init\n`,
    });
  });

  it("says what is wrong with a migration and what to do, and takes the corrected one", async () => {
    const path = "prisma/migrations/2_more/migration.sql";
    write({ [path]: "alter table note\n  add column at nonsense;" });
    const failed = await command("migrate", "--json");
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.json().error).toMatchObject({
      message: expect.stringContaining('2_more failed at line 2: type "nonsense" does not exist'),
      hint: expect.any(String),
    });
    write({ [path]: "alter table note drop column text;" });
    expect((await command("status")).stdout).toContain("      ! drops a column with its values: alter table note");
    expect(await command("migrate")).toMatchObject({ code: 0 });
  });

  it("records what stands already on a database that came about otherwise", async () => {
    const other = uniqueProject();
    const copy = mkdtempSync(join(tmpdir(), "run8n-db-"));
    cpSync(dir, copy, { recursive: true });
    await engine.run("f/infra/postgres/ensure_schema", { project: other });
    const result = await command("migrate", "--dir", copy, "--project", other, "--baseline", "2_more");
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining("recorded 2 as standing") });
    rmSync(copy, { recursive: true });
  });

  it("asks the database and shows the rows as a table, or as they are", async () => {
    const sql = "select 1 as id, 'a' || chr(27) || '[31m' as text union select 22, null order by id";
    const shown = await command("query", sql);
    expect(shown.stdout).toMatch(/^id {2}text\n1 {3}a \[31m\n22\n2 rows, \d+ ms\n$/);
    expect((await command("query", "table note", "--limit", "5", "--json")).json()).toMatchObject({
      columns: ["id"],
      rows: [],
    });
    expect(await command("query", "drop table note")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("reads"),
    });
  });

  describe("with NocoDB", () => {
    const shop = uniqueProject();
    let folder: string;
    const inShop = (...args: string[]) => command(...args, "--dir", folder, "--project", shop);
    const tables = (...fields: object[]) =>
      writeFileSync(join(folder, "tables.json"), JSON.stringify([{ title: "Item", fields }]));
    const word = { title: "Word", type: "SingleLineText" };
    const insert = (values: object) =>
      engine.run("f/infra/nocodb/create_records", { project: shop, table: "Item", records: [values] });
    const schema = () => readFileSync(join(folder, "prisma/schema.prisma"), "utf8");

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "run8n-db-"));
      await engine.run("f/infra/postgres/ensure_schema", { project: shop });
      expect(await engine.run("f/infra/nocodb/ensure_base", { project: shop })).toMatchObject({ status: 200 });
    });
    afterAll(async () => {
      const { body } = await engine.run("f/infra/nocodb/ensure_base", { project: shop });
      await nocodb.api.delete(`/api/v3/meta/bases/${(body as { base: { id: string } }).base.id}`);
      rmSync(folder, { recursive: true });
    });

    it("shows what tables.json would change, makes it so, and has nothing to do then", async () => {
      tables(word, { title: "Price", type: "Decimal" });
      const planned = await inShop("push", "--dry-run");
      expect(planned.stdout).toMatch(/^ {2}\+ Item\n {6}\+ Word {2}new field of type SingleLineText\n {6}\+ Price/);
      expect((await inShop("push", "--dry-run", "--json")).json()).toMatchObject({ status: "changes", dryRun: true });
      expect(await inShop("push")).toMatchObject({ code: 0, stdout: `The base of ${shop} is as tables.json says.\n` });
      expect(await inShop("push", "tables.json")).toMatchObject({ stdout: `✓ ${shop} is as the file says.\n` });
    });

    it("loses values only with the hash of the plan that shows it, after a backup", async () => {
      await insert({ Word: "a", Price: 2 });
      tables(word);
      expect((await inShop("push")).stdout).toContain("! Price: not in the definition, kept");
      const refused = await inShop("push", "--remove-fields", "--json");
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("LOSES 1 VALUES") });
      const { message, hint } = refused.json().error;
      expect(message).toBe("this would lose values");
      expect(await inShop("push", "--remove-fields", "--plan", "0000")).toMatchObject({ code: 1 });
      const done = await inShop("push", "--remove-fields", "--plan", /--plan (\w+)/.exec(hint)?.[1] ?? "");
      expect(done.stdout).toMatch(/\n {2}backup of Item: 1 records as /);
    });

    it("writes the base down for Prisma, twice the same, and over nothing that differs", async () => {
      expect(await inShop("snapshot", "--dry-run")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("  + prisma/schema.prisma\n"),
      });
      expect(schema).toThrow();
      const written = await inShop("snapshot");
      expect(written.stdout).toContain(`${shop}: 1 models, 0 enums, 0 relations.`);
      expect(schema()).toContain("model Item {");
      expect((await inShop("snapshot", "--json")).json().files.map(({ status }: { status: string }) => status)).toEqual(
        Array(3).fill("unchanged"),
      );
      writeFileSync(join(folder, "prisma/schema.prisma"), "// mine\n");
      const refused = await inShop("snapshot", "--json");
      expect(refused.json().error).toMatchObject({
        message: "the project has gone on from another snapshot: prisma/schema.prisma",
        hint: expect.stringContaining("--force"),
      });
      expect(schema()).toBe("// mine\n");
      expect(await inShop("snapshot", "--force")).toMatchObject({ code: 0 });
      expect(schema()).toContain("model Item {");
    });

    it("goes on with migrations from there, and says so when it has", async () => {
      const baseline = "00000000000000_baseline";
      expect((await inShop("migrate", "--baseline", baseline)).stdout).toContain("recorded 1 as standing");
      mkdirSync(join(folder, "prisma/migrations/1_more"));
      writeFileSync(join(folder, "prisma/migrations/1_more/migration.sql"), "alter table item add column more text;");
      expect(await inShop("migrate")).toMatchObject({ code: 0 });
      expect((await inShop("snapshot")).stderr).toMatch(/has gone on from another snapshot: .*1_more/);
    });
  });

  it.each([
    [["query"], /takes <sql>/],
    [["query", "select 1", "--limit", "many"], /whole number/],
    [["migrate", "--dir", "/nonexistent"], /run8n.json/],
    [["push", "nowhere.json"], /there is no .*nowhere.json/],
    [["push", "run8n.json", "--force"], /takes no --force/],
    [["migrate", "--dir", tmpdir(), "--project", "shop"], /no prisma\/migrations/],
    [["status", "--dry-run"], /takes no --dry-run/],
    [["nonsense"], /no action of that name/],
    [["toString"], /no action of that name/],
    [["status", "extra"], /takes no argument/],
    [[], /needs </],
    [["status", "--project", "No Name"], /Project name/],
  ])("refuses %j", async (args, message) => {
    const refused = await command(...args);
    expect(refused.stderr).toMatch(message);
    expect(refused.code).not.toBe(0);
  });
});
