import { describe, expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/delete_user.ts";
import { addMember } from "../../../support/accounts.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";

const world = authVerbs();
const remove = (user: string, everywhere = false, project = world.project) =>
  main(project, user, everywhere, world.db, world.gotrue().resource);

describe("delete_user", () => {
  it("takes a user out of the project, and leaves them to the others", async () => {
    const { id, email, organization } = await world.user();
    expect(await remove(email)).toEqual({ id, status: "deleted" });
    expect(await remove(id)).toEqual({ id: null, status: "absent" });
    expect((await world.signIn(email)).session).toBeTruthy();
    const { rows } = await world.sql((sql) =>
      sql.query(`select id from ${world.project}.organization where id = $1`, [organization]),
    );
    expect(rows).toHaveLength(1);
  });

  it("takes a user out of GoTrue when told to, also when only that is left to do", async () => {
    const [one, other] = [await world.user(), await world.user()];
    expect(await remove(one.id, true)).toMatchObject({ status: "deleted" });
    await remove(other.email);
    expect(await remove(other.email, true)).toEqual({ id: other.id, status: "deleted" });
    expect(await remove(other.email, true)).toEqual({ id: null, status: "absent" });
    for (const { email } of [one, other]) expect((await world.signIn(email)).code).toBe("invalid_credentials");
  });

  it("leaves no organization with members and without an owner", async () => {
    const { id, organization } = await world.user();
    const second = await world.sql((sql) => addMember(sql, world.project, { organization, role: "admin" }));
    await expect(remove(id)).rejects.toMatchObject({ code: "conflict", details: { organizations: [organization] } });
    await world.sql((sql) =>
      sql.query(`update ${world.project}.organization_member set role = 'owner' where user_id = $1`, [second.id]),
    );
    expect(await remove(id)).toMatchObject({ status: "deleted" });
  });

  it("does not touch a user of another project", async () => {
    const { id } = await world.user(world.other);
    expect(await remove(id)).toMatchObject({ status: "absent" });
    expect(
      (await world.sql((sql) => sql.query(`select 1 from ${world.other}.account where user_id = $1`, [id]))).rows,
    ).toHaveLength(1);
  });
});
