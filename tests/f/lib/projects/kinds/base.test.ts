import { beforeAll, expect, it } from "vitest";
import { findBase } from "../../../../../f/lib/nocodb/base.ts";
import { openNocodb } from "../../../../../f/lib/nocodb/client.ts";
import { createRecords } from "../../../../../f/lib/nocodb/create_records.ts";
import { ensureBase } from "../../../../../f/lib/nocodb/ensure_base.ts";
import { ensureTable } from "../../../../../f/lib/nocodb/ensure_table.ts";
import { ensureToken } from "../../../../../f/lib/nocodb/ensure_token.ts";
import { findIntegration } from "../../../../../f/lib/nocodb/integration.ts";
import { listTables } from "../../../../../f/lib/nocodb/list_tables.ts";
import { onTablesOf } from "../../../../../f/lib/nocodb/tables_database.ts";
import { withPostgres } from "../../../../../f/lib/postgres/connect.ts";
import { checkDrift } from "../../../../../f/lib/projects/drift.ts";
import { rotateSecrets } from "../../../../../f/lib/projects/env.ts";
import { planProject } from "../../../../../f/lib/projects/plan.ts";
import { testDatabase, uniqueProject } from "../../../../support/database.ts";
import { testNocodb } from "../../../../support/nocodb.ts";
import { applyAll, deleteAll, dropAll, projectServers } from "../../../../support/project_ports.ts";

const servers = projectServers(testDatabase());
const { db, use, workspace } = servers;
const nocodb = testNocodb();
beforeAll(() => {
  servers.connections.nocodb = nocodb.value;
});

const shop = () => ({ name: uniqueProject(), template: "static", waitlist: false, database: { base: true } });
const why = async (manifest: object) =>
  (await use((ports) => planProject(ports, { manifest }))).changes
    .filter(({ kind }) => kind === "base")
    .map((change) => change.why);
const table = (project: string) =>
  use(({ sql }) =>
    ensureTable(
      { sql, nocodb: nocodb.api },
      { project, definition: { title: "Note", fields: [{ title: "Text", type: "SingleLineText" }] } },
    ),
  );
const note = (project: string, text: string) =>
  use(({ sql }) => createRecords({ sql, nocodb: nocodb.api }, { project, table: "Note", records: [{ Text: text }] }));

it("shows the project's schema, also after its passwords were rotated, and ends with the project", async () => {
  const manifest = shop();
  const { name } = manifest;
  expect(await why(manifest)).toEqual(["it does not exist"]);
  await use((ports) => applyAll(ports, { manifest }));
  expect(await why(manifest)).toEqual([]);
  expect(await findBase(nocodb.api, name)).toMatchObject({ storage: "project_schema", schema: name });

  await table(name);
  const { secrets } = await use((ports) => rotateSecrets(ports, { project: name, graceSeconds: 0 }));
  expect(secrets).toContainEqual({ what: "NocoDB login", status: "updated", previousWorksUntil: null });
  await note(name, "after the rotation");
  const { rows } = await withPostgres(db, (sql) => sql.query(`select * from ${name}.note`));
  expect(rows).toHaveLength(1);

  await nocodb.api.delete(`/api/v2/meta/integrations/${await findIntegration(nocodb.api, name)}?force=true`);
  const { items } = await use((ports) => checkDrift(ports, { project: name }));
  expect(items[0]?.kinds.find(({ kind }) => kind === "base")).toMatchObject({ status: "drifted" });
  await use((ports) => applyAll(ports, { manifest }));

  const { secret } = await use(({ sql }) => ensureToken({ sql, workspace, nocodb: nocodb.api }, { project: name }));
  const app = openNocodb({ ...nocodb.value, token: (await workspace.getSecret(secret)) ?? "" });
  expect(await app.get("/api/v2/meta/bases")).toMatchObject({ list: [{ title: name }] });

  await use((ports) => deleteAll(ports, name));
  await expect(note(name, "locked")).rejects.toMatchObject({ status: expect.any(Number) });
  expect(await use((ports) => dropAll(ports, name))).toMatchObject({ status: "absent" });
  expect(await findBase(nocodb.api, name)).toBeUndefined();
  expect(await findIntegration(nocodb.api, name)).toBeUndefined();
  await expect(app.get("/api/v2/meta/bases")).rejects.toThrow();
});

it("stays where its tables are, and leaves a backup of those that are in NocoDB's own database", async () => {
  const manifest = shop();
  const { name } = manifest;
  await use((ports) => applyAll(ports, { manifest: { ...manifest, database: {} } }));
  await use(({ sql }) => ensureBase({ sql, workspace, nocodb: nocodb.api }, { project: name, storage: "nocodb" }));
  expect(await why(manifest)).toEqual(["it is not on the project's schema"]);
  await table(name);
  await note(name, "kept");
  expect(await why(manifest)).toEqual([]);
  expect((await use(({ sql }) => listTables({ sql, nocodb: nocodb.api }, name))).items).toHaveLength(1);
  const base = (await findBase(nocodb.api, name))!;

  await use((ports) => deleteAll(ports, name));
  expect(await use((ports) => dropAll(ports, name))).toMatchObject({ status: "absent" });
  const { rows } = await withPostgres(db, (sql) =>
    sql.query(
      `select dumps.records::int, parts.records as kept from run8n.nocodb_dump dumps
         join run8n.nocodb_dump_part parts on dump = id where project = $1 and complete`,
      [name],
    ),
  );
  expect(rows).toMatchObject([{ records: 1 }]);
  expect(JSON.stringify(rows)).toContain("kept");
  const left = await onTablesOf(db, nocodb.value)(base, (sql) =>
    sql.query("select from pg_namespace where nspname = $1", [base.schema]),
  );
  expect(left.rows).toEqual([]);
});
