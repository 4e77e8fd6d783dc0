import { afterAll, beforeAll, expect, it } from "vitest";
import { withTables } from "../../../../f/lib/operations/tables.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase } from "../../../support/database.ts";
import type { TestEngine } from "../../../support/engine.ts";
import { pushedEngine } from "../../../support/pushed_engine.ts";
import { keep } from "../../../support/workspace_items.ts";

const db = testDatabase();
let engine: TestEngine;
beforeAll(async () => {
  engine = await pushedEngine();
  await keep(engine, { "f/infra/postgres": db });
  await withPostgres(db, (sql) =>
    withTables(sql, () =>
      sql.query(`insert into run8n.route (host, project, route) values
        ('shop.example', 'shop', '{"kind": "static"}'), ('*.customers.example', 'shop', '{"kind": "gone"}')`),
    ),
  );
});
afterAll(() => engine?.stop());

const ask = async (query: string) =>
  (await fetch(`${engine.url}/api/r/${engine.workspace}/edge/domains${query}`)).status;

it.each([
  ["a domain on record", "?domain=shop.example", 200],
  ["a name that a wildcard takes in", "?domain=a.customers.example", 200],
  ["a name below such a name", "?domain=b.a.customers.example", 404],
  ["the wildcard's own domain", "?domain=customers.example", 404],
  ["a domain of nobody", "?domain=evil.example", 404],
  ["the wildcard itself", "?domain=*.customers.example", 400],
  ["another spelling", "?domain=SHOP.example", 400],
  ["no domain", "", 400],
  ["an address", "?domain=127.0.0.1", 400],
  ["two domains", "?domain=shop.example&domain=evil.example", 404],
  ["something else beside it", "?domain=shop.example&a=b", 400],
  ["SQL", "?domain=a'%20or%20'1'='1.example", 400],
])("answers the proxy about %s", async (_, query, status) => {
  expect(await ask(query)).toBe(status);
});
