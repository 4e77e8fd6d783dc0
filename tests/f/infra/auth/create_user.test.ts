import { describe, expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/create_user.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";
import { uniqueProject } from "../../../support/database.ts";
import { newEmail } from "../../../support/gotrue.ts";
import { projectSchema } from "../../../support/project_schema.ts";

const world = authVerbs();
const create = (email: string, more: [name?: string, organization?: string] = [], project = world.project) =>
  main(project, email, more[0], more[1], world.db, world.gotrue().resource);

describe("create_user", () => {
  it("makes an account with an organization, for an address that then counts as confirmed", async () => {
    const email = newEmail();
    const made = await create(email, ["Ada", "Engines"]);
    expect(made).toEqual({ id: expect.any(String), email, organization: expect.any(String), status: "created" });
    const { data } = await world.gotrue().admin.getUserById(made.id);
    expect(data.user?.email_confirmed_at).toBeTruthy();
    const { rows } = await world.sql((sql) =>
      sql.query(`select name from ${world.project}.organization where id = $1`, [made.organization]),
    );
    expect(rows).toEqual([{ name: "Engines" }]);
  });

  it("takes over a user of another project, and refuses one of this", async () => {
    const user = await world.user(world.other);
    expect(await create(user.email)).toMatchObject({ id: user.id, status: "created" });
    await expect(create(user.email.toUpperCase())).rejects.toMatchObject({ code: "conflict" });
  });

  it("goes on where it was cut off: GoTrue had the user, the project did not", async () => {
    const email = newEmail();
    await world.gotrue().admin.createUser({ email });
    expect(await create(email)).toMatchObject({ status: "created" });
  });

  it("makes one for two that call at once", async () => {
    const email = newEmail();
    const both = await Promise.allSettled([create(email), create(email)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it.each(["", "nobody", "a@b", "a@example.com\r\nBcc: b@example.com"])("refuses %j as an address", async (email) => {
    await expect(create(email)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("asks for ensure_accounts where there are none", async () => {
    const project = uniqueProject();
    await world.sql((sql) => projectSchema(sql, world.db, project));
    await expect(create(newEmail(), [], project)).rejects.toMatchObject({ code: "precondition_failed" });
  });
});
