import { describe, expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/sign_out_user.ts";
import { requireAccount } from "../../../../f/lib/accounts/members.ts";
import { verifyToken } from "../../../../f/lib/gotrue/verify.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";

const world = authVerbs();
const signOut = (user: string, project = world.project) => main(project, user, world.db, world.gotrue().resource);

describe("sign_out_user", () => {
  it("ends all sessions: none is renewed, and tokens that have not ended count for nothing here", async () => {
    const { id, email } = await world.user();
    const { session } = await world.signIn(email);
    const { url, issuer } = world.gotrue().resource;
    const token = await verifyToken(session!.access_token, { url, issuer });
    await world.sql((sql) => requireAccount(sql, world.project, token));
    expect(await signOut(email)).toEqual({ id, email, signedOutAt: expect.any(String), status: "updated" });
    const { error } = await world.gotrue().visitor().refreshSession({ refresh_token: session!.refresh_token });
    expect(error).toBeTruthy();
    const old = { ...token, issuedAt: new Date(Date.parse(token.issuedAt) - 1000).toISOString() };
    await expect(world.sql((sql) => requireAccount(sql, world.project, old))).rejects.toMatchObject({ status: 401 });
    const later = { ...token, issuedAt: new Date(Date.now() + 2000).toISOString() };
    await world.sql((sql) => requireAccount(sql, world.project, later));
  });

  it.each(["banned", "deleted"])("does for a user who is %s in GoTrue what is left to do", async (state) => {
    const { id } = await world.user();
    const { admin } = world.gotrue();
    if (state === "banned") await admin.updateUserById(id, { ban_duration: "24h" });
    else await admin.deleteUser(id);
    expect(await signOut(id)).toMatchObject({ status: "updated" });
  });

  it("does not reach a user of another project", async () => {
    const { id, email } = await world.user(world.other);
    const { session } = await world.signIn(email);
    await expect(signOut(id)).rejects.toMatchObject({ code: "not_found" });
    expect((await world.gotrue().visitor().getUser(session!.access_token)).data.user?.id).toBe(id);
  });
});
