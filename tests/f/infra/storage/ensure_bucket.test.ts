import { describe, expect, inject, it } from "vitest";
import { main as ensureBucket } from "../../../../f/infra/storage/ensure_bucket.ts";
import { withTables } from "../../../../f/lib/operations/tables.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase } from "../../../support/database.ts";
import { standInS3 } from "../../../support/s3.ts";

const db = testDatabase();
const world = standInS3();
const { caddy } = inject("services");

describe("ensure_bucket", () => {
  it("opens the bucket to pages below the server's domain, to those of projects' own domains and to those given", async () => {
    await withPostgres(db, (sql) =>
      withTables(sql, () =>
        sql.query(`insert into run8n.route (host, project, route) values
          ('shop.example', 'shop', '{"kind": "static"}'),
          ('shop.apps.localhost', 'shop', '{"kind": "static"}'),
          ('old.example', 'shop', '{"kind": "redirect"}')`),
      ),
    );
    const made = await ensureBucket(undefined, ["https://www.example.com"], world.s3, caddy, db);
    expect(made).toMatchObject({
      status: "created",
      keepDeletedDays: 30,
      origins: [
        `http://*.apps.localhost:${caddy.port}`,
        `http://shop.example:${caddy.port}`,
        "https://www.example.com",
      ],
    });
    const again = await ensureBucket(30, ["https://www.example.com"], world.s3, caddy, db);
    expect(again).toMatchObject({ status: "unchanged", changed: [] });
  });
});
