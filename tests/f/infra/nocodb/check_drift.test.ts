import { beforeAll, describe, expect, it } from "vitest";
import { main as checkDrift } from "../../../../f/infra/nocodb/check_drift.ts";
import { main as snapshotSchema } from "../../../../f/infra/nocodb/snapshot_schema.ts";
import { main as syncMetadata } from "../../../../f/infra/nocodb/sync_metadata.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { addRecord, ensureRecord } from "../../../../f/lib/postgres/migrations/record.ts";
import { checksumOf } from "../../../../f/lib/postgres/migrations/script.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

type Migration = { name: string; sql: string };

const { db, nocodb, project, table } = nocodbProject();
const check = (migrations?: Migration[]) => checkDrift(project, migrations, db, nocodb.value);
const sync = () => syncMetadata(project, db, nocodb.value);
const sql = (text: string) =>
  withPostgres(db, (one) => one.query(`set role ${project}_owner; set search_path = ${project}; ${text}`));
const whats = async (migrations?: Migration[]) =>
  (await check(migrations)).differences.map(({ what, detail }) => `${what}: ${detail}`);
const apply = (...migrations: Migration[]) =>
  withPostgres(db, async (one) => {
    await ensureRecord(one, project);
    for (const { name, sql: text } of migrations)
      await addRecord(one, project, { name, checksum: checksumOf(text) }, { state: "applied", startedAt: new Date() });
  });

let baseline: Migration;

beforeAll(async () => {
  await table({
    title: "Item",
    fields: [
      { title: "What", type: "SingleLineText" },
      { title: "State", type: "SingleSelect", choices: ["a", "b"] },
    ],
  });
  await table({
    title: "Box",
    fields: [
      { title: "Items", type: "Links", table: "Item", relation: "many_to_many" },
      { title: "Size", type: "Number" },
    ],
  });
  const { migrations } = await snapshotSchema(project, undefined, db, nocodb.value);
  baseline = migrations[0] as Migration;
});

describe("check_drift", () => {
  it("finds a base that NocoDB has made in sync with the schema, and with the baseline once that is recorded", async () => {
    expect(await check()).toEqual({
      project,
      schema: project,
      status: "in_sync",
      compared: ["nocodb and live"],
      differences: [],
    });
    expect(await whats([baseline])).toContain("00000000000000_baseline: is not applied");
    await apply(baseline);
    expect(await check([baseline])).toMatchObject({ status: "in_sync", differences: [] });
  });

  it("says what was changed behind NocoDB and behind the migrations, until both are told of it", async () => {
    const change = {
      name: "20250101000000_change",
      sql: `create table late (id serial primary key, note text);
        alter table item add column extra uuid, drop column what;
        create type state as enum ('a', 'b');
        alter table item alter column state type state using state::state;`,
    };
    await sql(change.sql);
    const found = await whats([baseline]);
    for (const one of [
      "late: stands and is made by no migration",
      "item.extra: stands and is made by no migration",
      "item.what: is made by the migrations and does not stand",
      "item.state: stands otherwise than the migrations make it",
      "enum state: stands and is made by no migration",
      "late: stands in Postgres and is unknown to NocoDB",
      "item.extra: stands in Postgres and is unknown to NocoDB",
      "item.what: is known to NocoDB and gone from Postgres",
      "item.state: is state in Postgres and text to NocoDB",
    ])
      expect(found).toContain(one);
    await apply(change);
    const synced = await sync();
    expect(synced).toMatchObject({ status: "updated", remaining: [] });
    expect(synced.mended.map(({ what }) => what).sort()).toEqual(["item.extra", "item.state", "item.what", "late"]);
    expect(await check([baseline, change])).toMatchObject({ status: "in_sync", differences: [] });
    expect(await sync()).toEqual({ project, status: "unchanged", mended: [], remaining: [] });
  });

  it("tells changed, missing and half-way migrations apart, and leaves nothing of its rehearsal", async () => {
    const changed = { ...baseline, sql: `${baseline.sql}-- more\n` };
    const last = { name: "20250101000000_change", sql: "select 1" };
    expect(await whats([changed, last])).toEqual(
      expect.arrayContaining([
        "00000000000000_baseline: was changed after it had been applied",
        "20250101000000_change: was changed after it had been applied",
      ]),
    );
    expect(await whats([baseline])).toContain("20250101000000_change: was applied and is missing from what was sent");
    const broken = { name: "20250101000000_change", sql: "create index concurrently i on item (id)" };
    expect(await whats([baseline, broken])).toContainEqual(
      expect.stringMatching(/^all: the migrations do not run in one/),
    );
    const { rows } = await withPostgres(db, (one) =>
      one.query("select nspname from pg_namespace where nspname like 'run8n_reh%'"),
    );
    expect(rows).toEqual([]);
  });

  it("refuses migrations that are none", async () => {
    await expect(check([{ name: "../x", sql: "" }])).rejects.toMatchObject({ status: 400 });
  });
});
