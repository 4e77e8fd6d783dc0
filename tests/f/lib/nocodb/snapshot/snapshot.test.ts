import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireBase } from "../../../../../f/lib/nocodb/base.ts";
import { createRecords } from "../../../../../f/lib/nocodb/create_records.ts";
import { readLive } from "../../../../../f/lib/nocodb/snapshot/live.ts";
import { BASELINE, type Snapshot, takeSnapshot, UPGRADE } from "../../../../../f/lib/nocodb/snapshot/snapshot.ts";
import { onTablesOf } from "../../../../../f/lib/nocodb/tables_database.ts";
import { withPostgres } from "../../../../../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../../../../../f/lib/resources.ts";
import { testDatabase } from "../../../../support/database.ts";
import { nocodbProject } from "../../../../support/nocodb_project.ts";
import { DATASOURCE, type PrismaProject, prismaProject } from "../../../../support/prisma.ts";
import { loginFor } from "../../../../support/schema_login.ts";
import { SHOP } from "../../../../support/shop_base.ts";

const LOCK = 'provider = "postgresql"\n';

/** What the real Prisma sees of a live schema. */
async function pulled(prisma: PrismaProject): Promise<string> {
  const { code, output } = await prisma.run("db", "pull", "--print");
  expect(code, output).toBe(0);
  return DATASOURCE + output.slice(output.search(/^(model|enum) /m)).replace(/^Loaded Prisma config[\s\S]*/m, "");
}

describe.each(["project_schema", "nocodb"] as const)("takeSnapshot of a base in %s", (storage) => {
  const { db, nocodb, project, table } = nocodbProject(storage);
  const shadow = testDatabase();
  const fresh = testDatabase();
  const insert = (records: object[]) =>
    withPostgres(db, (sql) => createRecords({ sql, nocodb: nocodb.api }, { project, table: "Customer", records }));
  const take = () => takeSnapshot({ nocodb: nocodb.api, onTables: onTablesOf(db, nocodb.value) }, { project });
  let snapshot: Snapshot;
  let prisma: PrismaProject;
  let viewer: PostgresqlValue;
  let live: PostgresqlValue;
  const contents = async () => {
    const base = await requireBase(nocodb.api, project);
    return onTablesOf(db, nocodb.value)(base, async (sql) =>
      (await sql.query(`select * from "${base.schema}".customer order by id`)).rows.map(({ name, level, active }) => [
        name,
        level,
        active,
      ]),
    );
  };
  const texts = (name: string) => snapshot.migrations.find((one) => one.name === name)?.sql ?? "";
  const modelOf = (name: string) => new RegExp(`model ${name} \\{[^}]*\\}`).exec(snapshot.prismaSchema)?.[0] ?? "";

  beforeAll(async () => {
    for (const definition of SHOP) await table(definition);
    await insert([
      { Name: "ada", Level: "it's gold" },
      { Name: "bob", Level: null, Active: false },
    ]);
    snapshot = await take();
    viewer = await loginFor(db, snapshot.schema);
    live = { ...viewer, dbname: storage === "nocodb" ? (nocodb.value.database as string) : db.dbname };
    prisma = prismaProject(
      { db: live, schema: snapshot.schema, shadow: { ...viewer, dbname: shadow.dbname } },
      {
        "prisma/schema.prisma": snapshot.prismaSchema,
        ...Object.fromEntries(
          snapshot.migrations.map(({ name, sql }) => [`prisma/migrations/${name}/migration.sql`, sql]),
        ),
      },
    );
  });
  afterAll(() => prisma.remove());

  it("gives the same text for the same base", async () => {
    expect(await take()).toEqual(snapshot);
  });

  it("names models, fields and enums as Prisma does, and maps them to the tables", () => {
    expect(snapshot.counts).toMatchObject({ models: 4, enums: 2 });
    expect(modelOf("Customer")).toMatch(
      /\n {2}seenAt +DateTime\? +@default\(now\(\)\) @map\("seen_at"\) @db\.Timestamp\(6\)\n/,
    );
    expect(modelOf("Customer")).toMatch(/\n {2}name +String\n/);
    expect(modelOf("Customer")).toMatch(/\n {2}level +CustomerLevel\? +@default\(new\)\n/);
    expect(modelOf("Customer")).toMatch(/@@map\("customer"\)/);
    expect(modelOf("Order")).toMatch(/\n {2}state +OrderState +@default\(open\)\n/);
    expect(modelOf("Order")).toMatch(/\n {2}rate +Decimal\? +@default\(0\.5\) @db\.Decimal\n/);
    expect(snapshot.prismaSchema).toMatch(
      /enum CustomerLevel \{\n {2}new\n {2}it_s_gold +@map\("it's gold"\)\n {2}value2nd_class @map\("2nd class"\)/,
    );
  });

  it("makes relations of links, each with both sides", () => {
    expect(snapshot.counts.relations).toBe(5);
    expect(modelOf("Customer")).toMatch(/\n {2}orders +Order\[\] +@relation\("/);
    expect(modelOf("Customer")).toMatch(/\n {2}firstOrder +Order\? +@relation\("/);
    expect(modelOf("Order")).toMatch(/\n {2}parts +Order\[\] +@relation\("/);
  });

  it("reports fields that are computed instead of guessing columns", () => {
    const virtual = snapshot.virtualFields.map(({ table, field, type }) => `${table}.${field} ${type}`);
    for (const one of ["order.Tag Words Lookup", "order.Twice Formula", "customer.Spent Rollup", "order.Tags Links"])
      expect(virtual).toContain(one);
    expect(snapshot.prismaSchema).not.toMatch(/twice|spent|tagWords/i);
    expect(snapshot.notes).toContainEqual(expect.stringContaining("customer.wants stays a text"));
  });

  // The same text for both but for the schema's name, and each call of Prisma takes seconds.
  if (storage === "project_schema")
    it("is valid to the real Prisma, and laid out as its formatter does", async () => {
      expect(await prisma.run("validate")).toMatchObject({ code: 0 });
      expect(await prisma.run("format")).toMatchObject({ code: 0 });
      expect(readFileSync(join(prisma.dir, "prisma/schema.prisma"), "utf8")).toBe(snapshot.prismaSchema);
    });

  it("has a baseline that, applied to an empty schema, equals the live one", async () => {
    prisma.write({ "live.prisma": await pulled(prisma) });
    prisma.write({ [`baseline/${BASELINE}/migration.sql`]: texts(BASELINE), "baseline/migration_lock.toml": LOCK });
    const diff = await prisma.run(
      ...["migrate", "diff", "--from-migrations", "baseline", "--to-schema-datamodel", "live.prisma", "--exit-code"],
    );
    expect(diff, diff.output).toMatchObject({ code: 0, output: expect.stringContaining("No difference detected.") });
    const made = { ...viewer, dbname: fresh.dbname };
    await withPostgres(made, (sql) => sql.query(`create schema "${snapshot.schema}"; ${texts(BASELINE)}`));
    const read = (one: PostgresqlValue) => withPostgres(one, (sql) => readLive(sql, snapshot.schema));
    expect(await read(made)).toEqual(await read(live));
  });

  it("is adopted without a reset: the baseline recorded, the second migration applied, and nothing differs then", async () => {
    const before = await contents();
    expect(await prisma.run("migrate", "resolve", "--applied", BASELINE)).toMatchObject({ code: 0 });
    const deployed = await prisma.run("migrate", "deploy");
    expect(deployed, deployed.output).toMatchObject({ code: 0, output: expect.not.stringMatching(/reset/i) });
    expect(await prisma.run("migrate", "status")).toMatchObject({
      code: 0,
      output: expect.stringContaining("up to date"),
    });
    prisma.write({ "live.prisma": await pulled(prisma) });
    const equal = ["--to-schema-datamodel", "prisma/schema.prisma", "--exit-code"];
    for (const from of [
      ["--from-schema-datamodel", "live.prisma"],
      ["--from-migrations", "prisma/migrations"],
    ]) {
      const diff = await prisma.run("migrate", "diff", ...from, ...equal);
      expect(diff, diff.output).toMatchObject({ code: 0, output: expect.stringContaining("No difference detected.") });
    }
    expect(await contents()).toEqual(before);
    expect(snapshot.migrations.map(({ name, apply }) => [name, apply])).toEqual([
      [BASELINE, false],
      [UPGRADE, true],
    ]);
  });
});
