import { describe, expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/update_user.ts";
import { requireAccount } from "../../../../f/lib/accounts/members.ts";
import { addAccount } from "../../../support/accounts.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";
import { newEmail } from "../../../support/gotrue.ts";

const world = authVerbs();
type Changes = {
  name?: string;
  email?: string;
  metadata?: object;
  appMetadata?: object;
  banned?: boolean;
  confirmed?: boolean;
};
const update = (user: string, changes: Changes, project = world.project) => {
  const { name, email, metadata, appMetadata, banned, confirmed } = changes;
  const resources = [world.db, world.gotrue().resource] as const;
  return main(project, user, name, email, metadata, appMetadata, banned, confirmed, ...resources);
};

describe("update_user", () => {
  it("changes what is named and leaves the rest, once", async () => {
    const { id } = await world.user();
    const changes = { name: "Ada", metadata: { city: "London" }, appMetadata: { plan: "pro" } };
    expect(await update(id, changes)).toMatchObject({
      name: "Ada",
      gotrue: { metadata: { city: "London" }, appMetadata: { plan: "pro", provider: "email" } },
      status: "updated",
    });
    expect(await update(id, { name: "Ada" })).toMatchObject({ status: "unchanged" });
    expect(await update(id, { metadata: { city: null } })).toMatchObject({ name: "Ada", gotrue: { metadata: {} } });
  });

  it("bans from signing in everywhere and from this project at once, and lets in again", async () => {
    const { id, email } = await world.user();
    expect(await update(id, { banned: true })).toMatchObject({ gotrue: { bannedUntil: expect.any(String) } });
    expect((await world.signIn(email)).code).toBe("user_banned");
    const before = { id, issuedAt: new Date(Date.now() - 60_000).toISOString() };
    await expect(world.sql((sql) => requireAccount(sql, world.project, before))).rejects.toMatchObject({ status: 401 });
    await update(id, { banned: false });
    expect((await world.signIn(email)).session).toBeTruthy();
  });

  it("gives another address, here too, unless somebody has it", async () => {
    const [ada, eve] = [await world.user(), await world.user()];
    const email = newEmail("new");
    expect(await update(ada.email, { email })).toMatchObject({ id: ada.id, email });
    await expect(update(ada.id, { email: eve.email })).rejects.toMatchObject({ code: "conflict" });
  });

  it("confirms an address on the operator's word", async () => {
    const email = newEmail();
    const { data } = await world.gotrue().admin.createUser({ email });
    await world.sql((sql) => addAccount(sql, world.project, { id: data.user!.id, email }));
    expect(await update(email, { confirmed: true })).toMatchObject({ gotrue: { confirmedAt: expect.any(String) } });
  });

  it.each<[string, Changes]>([
    ["an empty name", { name: " " }],
    ["an address that is none", { email: "nobody" }],
    ["metadata that is a list", { metadata: [] }],
    ["metadata without end", { appMetadata: { x: "x".repeat(10_001) } }],
    ["an unconfirmation", { confirmed: false }],
  ])("refuses %s", async (_, changes) => {
    await expect(update((await world.user()).id, changes)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("does not reach a user of another project", async () => {
    const { id } = await world.user(world.other);
    await expect(update(id, { banned: true })).rejects.toMatchObject({ code: "not_found" });
    expect((await world.gotrue().admin.getUserById(id)).data.user?.banned_until).toBeUndefined();
  });
});
