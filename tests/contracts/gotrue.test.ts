import { afterAll, describe, expect, it } from "vitest";
import { verifyToken } from "../../f/lib/gotrue/verify.ts";
import { contractGotrue, newEmail, PASSWORD } from "../support/gotrue.ts";

const at = contractGotrue();
const made: string[] = [];
afterAll(async () => {
  for (const id of made) await at.gotrue.admin.deleteUser(id);
});

/** A confirmed user with a password, gone when the file is done. */
async function newUser(email = newEmail()) {
  const { data, error } = await at.gotrue.admin.createUser({ email, password: PASSWORD, email_confirm: true });
  if (!data.user) throw error;
  made.push(data.user.id);
  return { email, id: data.user.id };
}

async function signedIn() {
  const user = await newUser();
  const visitor = at.gotrue.visitor();
  const { data, error } = await visitor.signInWithPassword({ email: user.email, password: PASSWORD });
  if (!data.session) throw error;
  return { ...user, visitor, session: data.session };
}

const codeOf = async (call: Promise<{ error: unknown }>) => ((await call).error as { code?: string } | null)?.code;
/** How the official client words `session_not_found`. */
const nameOf = async (call: Promise<{ error: unknown }>) => ((await call).error as Error | null)?.name;

describe("signing in", () => {
  it("gives a token that tells whose it is, good for as long as it says", async () => {
    const { id, email, session } = await signedIn();
    const { url, issuer } = at.gotrue.resource;
    const user = await verifyToken(session.access_token, { url, issuer });
    expect(user).toEqual({
      id,
      email,
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      issuedAt: expect.any(String),
    });
    expect(session).toMatchObject({ token_type: "bearer", expires_in: expect.any(Number), user: { id, email } });
  });

  it.each([
    ["another password", async () => ({ email: (await newUser()).email, password: "wrong" }), "invalid_credentials"],
    ["an address that nobody has", async () => ({ email: newEmail(), password: PASSWORD }), "invalid_credentials"],
  ])("refuses %s", async (_, credentials, code) => {
    expect(await codeOf(at.gotrue.visitor().signInWithPassword(await credentials()))).toBe(code);
  });

  it("refuses who has not confirmed their address", async () => {
    const email = newEmail();
    const { data } = await at.gotrue.admin.createUser({ email, password: PASSWORD });
    made.push(data.user!.id);
    expect(await codeOf(at.gotrue.visitor().signInWithPassword({ email, password: PASSWORD }))).toBe(
      "email_not_confirmed",
    );
  });

  it("swaps the refresh token each time, and ends with signing out", async () => {
    const { visitor, session } = await signedIn();
    const { data } = await visitor.refreshSession({ refresh_token: session.refresh_token });
    expect(data.session?.refresh_token).not.toBe(session.refresh_token);
    expect(data.session?.access_token).not.toBe(session.access_token);
    expect((await visitor.signOut()).error).toBeNull();
    const again = at.gotrue.visitor().refreshSession({ refresh_token: data.session!.refresh_token });
    expect(await codeOf(again)).toBe("refresh_token_not_found");
    expect(await nameOf(at.gotrue.visitor().getUser(session.access_token))).toBe("AuthSessionMissingError");
  });

  it("gives who lost an answer the same next token again", async () => {
    const { session } = await signedIn();
    const refresh = () => at.gotrue.visitor().refreshSession({ refresh_token: session.refresh_token });
    const [first, second] = [await refresh(), await refresh()];
    expect(second.data.session?.refresh_token).toBe(first.data.session?.refresh_token);
  });
});

describe("links and codes", () => {
  it("a sign-up's link confirms the address and signs in, once", async () => {
    const email = newEmail();
    const { data } = await at.gotrue.admin.generateLink({ type: "signup", email, password: PASSWORD });
    made.push(data.user!.id);
    expect(data.user?.email_confirmed_at).toBeUndefined();
    const proof = { type: "signup" as const, token_hash: data.properties!.hashed_token };
    const { data: confirmed } = await at.gotrue.visitor().verifyOtp(proof);
    expect(confirmed.user?.email_confirmed_at).toBeTruthy();
    expect(confirmed.session?.access_token).toBeTruthy();
    expect(await codeOf(at.gotrue.visitor().verifyOtp(proof))).toBe("otp_expired");
    expect((await at.gotrue.visitor().signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  it("a code signs in whom it was sent to, and nobody else", async () => {
    const [one, other] = [await newUser(), await newUser()];
    const { data } = await at.gotrue.admin.generateLink({ type: "magiclink", email: one.email });
    const token = data.properties!.email_otp;
    const verify = (email: string) => at.gotrue.visitor().verifyOtp({ email, token, type: "email" });
    expect(await codeOf(verify(other.email))).toBe("otp_expired");
    expect((await verify(one.email)).data.user?.id).toBe(one.id);
    expect(await codeOf(verify(one.email))).toBe("otp_expired");
  });

  it("a recovery's code leads to another password, and the old one no longer works", async () => {
    const { email } = await newUser();
    const { data } = await at.gotrue.admin.generateLink({ type: "recovery", email });
    const visitor = at.gotrue.visitor();
    await visitor.verifyOtp({ email, token: data.properties!.email_otp, type: "recovery" });
    expect(await codeOf(visitor.updateUser({ password: PASSWORD }))).toBe("same_password");
    expect(await codeOf(visitor.updateUser({ password: "123" }))).toBe("weak_password");
    expect((await visitor.updateUser({ password: `${PASSWORD}!` })).error).toBeNull();
    const signIn = (password: string) => at.gotrue.visitor().signInWithPassword({ email, password });
    expect(await codeOf(signIn(PASSWORD))).toBe("invalid_credentials");
    expect((await signIn(`${PASSWORD}!`)).error).toBeNull();
  });

  it("an invitation's link signs in an address that nobody had", async () => {
    const email = newEmail("guest");
    const { data } = await at.gotrue.admin.generateLink({ type: "invite", email });
    made.push(data.user!.id);
    expect(data.user?.invited_at).toBeTruthy();
    const proof = { type: "invite" as const, token_hash: data.properties!.hashed_token };
    expect((await at.gotrue.visitor().verifyOtp(proof)).data.user?.email).toBe(email);
  });

  it("a link that is not good leads back with what is wrong, and never to a foreign address", async () => {
    const query = new URLSearchParams({ token: "0".repeat(56), type: "signup", redirect_to: "https://evil.example/x" });
    const answer = await fetch(`${at.gotrue.url}/verify?${query}`, { redirect: "manual" });
    expect(answer.status).toBe(303);
    const location = new URL(answer.headers.get("location") ?? "");
    expect(location.host).not.toContain("evil");
    expect(new URLSearchParams(location.hash.slice(1)).get("error_code")).toMatch(/otp_expired|403/);
  });
});

describe("the admin API", () => {
  it("is closed to visitors and to users", async () => {
    const { session } = await signedIn();
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${at.gotrue.url}/admin/users`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: `Bearer ${session.access_token}` })).toBe(403);
    expect(await status({ authorization: "Bearer a.b.c" })).toBe(403);
  });

  it("creates, reads, changes and deletes a user", async () => {
    const { admin } = at.gotrue;
    const { id, email } = await newUser();
    expect(await codeOf(admin.createUser({ email }))).toBe("email_exists");
    const { data } = await admin.updateUserById(id, { user_metadata: { name: "Ada" }, app_metadata: { plan: "pro" } });
    expect(data.user).toMatchObject({
      user_metadata: { name: "Ada" },
      app_metadata: { plan: "pro", provider: "email" },
    });
    await admin.updateUserById(id, { user_metadata: { city: "London" } });
    expect((await admin.getUserById(id)).data.user?.user_metadata).toMatchObject({ name: "Ada", city: "London" });
    expect((await admin.deleteUser(id)).error).toBeNull();
    expect(await codeOf(admin.getUserById(id))).toBe("user_not_found");
    expect(await codeOf(admin.deleteUser(id))).toBe("user_not_found");
  });

  it("bans a user from signing in and from refreshing, until it lets them in again", async () => {
    const { id, email, session } = await signedIn();
    const signIn = () => at.gotrue.visitor().signInWithPassword({ email, password: PASSWORD });
    const refresh = () => at.gotrue.visitor().refreshSession({ refresh_token: session.refresh_token });
    await at.gotrue.admin.updateUserById(id, { ban_duration: "24h" });
    expect(await codeOf(signIn())).toBe("user_banned");
    expect((await refresh()).error).toBeTruthy();
    await at.gotrue.admin.updateUserById(id, { ban_duration: "none" });
    expect((await signIn()).error).toBeNull();
  });

  it("ends all sessions with a new password", async () => {
    const { id, session } = await signedIn();
    await at.gotrue.admin.updateUserById(id, { password: `${PASSWORD}?` });
    expect(await nameOf(at.gotrue.visitor().getUser(session.access_token))).toBe("AuthSessionMissingError");
  });

  it("lists users in pages, newest first", async () => {
    const [older, newer] = [await newUser(), await newUser()];
    const { data } = await at.gotrue.admin.listUsers({ page: 1, perPage: 2 });
    expect(data.users.map(({ id }) => id)).toEqual([newer.id, older.id]);
    expect(data).toMatchObject({ nextPage: 2, total: expect.any(Number) });
  });
});
