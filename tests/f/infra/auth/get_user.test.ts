import { describe, expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/get_user.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";

const world = authVerbs();
const get = (user: string, project = world.project) => main(project, user, world.db, world.gotrue().resource);

describe("get_user", () => {
  it("shows a user by id and by address, with what the project and GoTrue know", async () => {
    const { id, email, organization } = await world.user();
    const found = await get(id);
    expect(found).toMatchObject({
      id,
      email,
      organizations: [{ organization, role: "owner" }],
      gotrue: { confirmedAt: expect.any(String), bannedUntil: null, lastSignInAt: null },
    });
    expect(await get(email.toUpperCase())).toEqual(found);
    expect(JSON.stringify(found)).not.toMatch(/password|token/);
  });

  it("does not know the users of another project", async () => {
    const { id, email } = await world.user(world.other);
    for (const user of [id, email]) await expect(get(user)).rejects.toMatchObject({ code: "not_found" });
  });

  it("says so when GoTrue knows the user no more", async () => {
    const { id } = await world.user();
    await world.gotrue().admin.deleteUser(id);
    expect(await get(id)).toMatchObject({ id, gotrue: null });
  });

  it("tells a wrong service key from a user that is not there", async () => {
    const { id } = await world.user();
    const wrong = { ...world.gotrue().resource, serviceKey: "a.b.c" };
    await expect(main(world.project, id, world.db, wrong)).rejects.toMatchObject({
      code: "upstream_failed",
      hint: expect.stringContaining("serviceKey"),
    });
  });
});
