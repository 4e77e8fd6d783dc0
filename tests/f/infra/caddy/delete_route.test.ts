import { describe, expect, inject, it } from "vitest";
import { main as deleteRoute } from "../../../../f/infra/caddy/delete_route.ts";
import { main as ensureRoute } from "../../../../f/infra/caddy/ensure_route.ts";
import { main as listRoutes } from "../../../../f/infra/caddy/list_routes.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine(); // domains from elsewhere are noted in Windmill
const { caddy, ssh } = inject("services");
const ensure = (project: string, hostname?: string) =>
  ensureRoute(project, "static", hostname, undefined, undefined, undefined, {}, caddy, db, ssh);

describe("delete_route", () => {
  it("stops serving a host, and is content when that is so already", async () => {
    const project = uniqueProject();
    const host = `${project}.apps.localhost`;
    await ensure(project);
    expect(await deleteRoute(project, undefined, caddy, db)).toEqual({ project, host, status: "deleted" });
    expect(await deleteRoute(project, undefined, caddy, db)).toEqual({ project, host, status: "absent" });
    expect((await listRoutes(project, caddy)).items).toEqual([]);
    expect(await visit(caddy, host)).toMatchObject({ status: 200, body: "" }); // Caddy's answer for a host it does not know
    const { rows } = await withPostgres(db, (sql) => sql.query("select * from run8n.route where host = $1", [host]));
    expect(rows).toEqual([]);
  });

  it("leaves the project's other hosts alone", async () => {
    const project = uniqueProject();
    const custom = `${project}.example.com`;
    await ensure(project);
    await ensure(project, custom);
    await deleteRoute(project, custom, caddy, db);
    expect((await listRoutes(project, caddy)).items).toMatchObject([{ host: `${project}.apps.localhost` }]);
    await deleteRoute(project, undefined, caddy, db);
  });

  it("frees a host for another project", async () => {
    const [first, second] = [uniqueProject(), uniqueProject()];
    const custom = `${first}.example.com`;
    await ensure(first, custom);
    await expect(deleteRoute(second, custom, caddy, db)).rejects.toMatchObject({ code: "conflict", status: 409 });
    await deleteRoute(first, custom, caddy, db);
    expect(await ensure(second, custom)).toMatchObject({ project: second, status: "created" });
    await deleteRoute(second, custom, caddy, db);
  });

  it.each([
    ["a bad project name", "Shop", undefined, 400],
    ["a bad host", "shop", "shop example.com", 400],
    ["another project's host", "shop", "other.apps.localhost", 403],
  ])("refuses %s", async (_, project, host, status) => {
    await expect(deleteRoute(project, host, caddy, db)).rejects.toMatchObject({ status, hint: expect.any(String) });
  });
});
