import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newEmail, PASSWORD, startGotrue } from "../../support/gotrue.ts";
import { codeIn, linkIn, startMails } from "../../support/mails.ts";

const SITE = "https://shop.example.com";
let mails: Awaited<ReturnType<typeof startMails>>;
let gotrue: Awaited<ReturnType<typeof startGotrue>>;
beforeAll(async () => {
  mails = await startMails();
  const env = {
    GOTRUE_SITE_URL: SITE,
    GOTRUE_URI_ALLOW_LIST: "https://*.apps.example.com/**",
    GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "0",
  };
  gotrue = await startGotrue({ smtpPort: mails.smtpPort, env });
});
afterAll(async () => {
  await gotrue?.remove();
  await mails?.remove();
});

const follow = async (link: string) => {
  const answer = await fetch(link, { redirect: "manual" });
  const location = new URL(answer.headers.get("location") ?? "");
  return { to: `${location.origin}${location.pathname}`, told: new URLSearchParams(location.hash.slice(1)) };
};
const codeOf = async (call: Promise<{ error: unknown }>) => ((await call).error as { code?: string } | null)?.code;

describe("the GoTrue stand-in, by mail", () => {
  it("signs up, confirms by the link, and leads back to where the app asked", async () => {
    const email = newEmail();
    const emailRedirectTo = "https://my.apps.example.com/welcome";
    const { data, error } = await gotrue.visitor().signUp({ email, password: PASSWORD, options: { emailRedirectTo } });
    expect([error, data.session]).toEqual([null, null]);
    expect(await codeOf(gotrue.visitor().signInWithPassword({ email, password: PASSWORD }))).toBe(
      "email_not_confirmed",
    );
    const mail = await mails.mailTo(email);
    expect(mail.subject).toBe("Confirm your sign-up");
    const { to, told } = await follow(linkIn(mail));
    expect(to).toBe(emailRedirectTo);
    expect(told.get("type")).toBe("signup");
    expect((await gotrue.visitor().getUser(told.get("access_token")!)).data.user?.email).toBe(email);
    const again = await follow(linkIn(mail));
    expect(again.told.get("error_code")).toBe("otp_expired");
  });

  it("signs in by a typed code, and makes no account where none is wanted", async () => {
    const email = newEmail();
    expect(await codeOf(gotrue.visitor().signInWithOtp({ email, options: { shouldCreateUser: false } }))).toBe(
      "otp_disabled",
    );
    await gotrue.visitor().signInWithOtp({ email });
    const first = codeIn(await mails.mailTo(email));
    await gotrue.visitor().signInWithOtp({ email });
    const second = codeIn(await mails.mailTo(email, 2));
    const verify = (token: string) => gotrue.visitor().verifyOtp({ email, token, type: "email" });
    expect(await codeOf(verify(first))).toBe("otp_expired"); // the newer one replaced it
    expect((await verify(second)).data.user?.email).toBe(email);
  });

  it("recovers by mail, and tells nobody who has an account", async () => {
    const email = newEmail();
    await gotrue.admin.createUser({ email, password: PASSWORD, email_confirm: true });
    const [known, unknown] = [email, newEmail("nobody")];
    for (const one of [known, unknown]) expect((await gotrue.visitor().resetPasswordForEmail(one)).error).toBeNull();
    expect((await mails.mailTo(known)).subject).toBe("Reset your password");
    expect(await mails.mails(unknown)).toEqual([]);
    const again = await gotrue.visitor().signUp({ email, password: PASSWORD });
    expect(again.error).toBeNull();
    expect(again.data.user?.identities).toEqual([]);
    expect(await mails.mails(known)).toHaveLength(1);
  });

  it("invites by mail, and only who has no account", async () => {
    const email = newEmail("guest");
    expect((await gotrue.admin.inviteUserByEmail(email, { data: { team: "a" } })).error).toBeNull();
    const { told } = await follow(linkIn(await mails.mailTo(email)));
    expect(told.get("type")).toBe("invite");
    expect(await codeOf(gotrue.admin.inviteUserByEmail(email))).toBe("email_exists");
  });
});

describe("the GoTrue stand-in", () => {
  it.each([
    [`${SITE}/account`, `${SITE}/account`],
    ["https://a.apps.example.com/b/c", "https://a.apps.example.com/b/c"],
    ["https://a.b.apps.example.com/", `${SITE}/`],
    ["https://apps.example.com.evil.example/", `${SITE}/`],
    [`${SITE}.evil.example/`, `${SITE}/`],
    ["http://shop.example.com/", `${SITE}/`],
    ["https://evil.example/?x=https://a.apps.example.com/", `${SITE}/`],
    ["javascript:alert(1)", `${SITE}/`],
    ["//evil.example", `${SITE}/`],
    ["\thttps://evil.example", `${SITE}/`],
  ])("leads a link that asks for %s to %s", async (asked, to) => {
    const query = new URLSearchParams({ token: "x", type: "signup", redirect_to: asked });
    expect((await follow(`${gotrue.url}/verify?${query}`)).to).toBe(to);
  });

  it("ends a whole family of refresh tokens when one from further back is used", async () => {
    const email = newEmail();
    await gotrue.admin.createUser({ email, password: PASSWORD, email_confirm: true });
    const { data } = await gotrue.visitor().signInWithPassword({ email, password: PASSWORD });
    const refresh = (token: string) => gotrue.visitor().refreshSession({ refresh_token: token });
    const stolen = data.session!.refresh_token;
    const second = (await refresh(stolen)).data.session!.refresh_token;
    const third = (await refresh(second)).data.session!.refresh_token;
    expect(await codeOf(refresh(stolen))).toBe("refresh_token_already_used");
    expect(await codeOf(refresh(third))).toBe("refresh_token_already_used");
  });

  it("gives ten that refresh at once the same next token", async () => {
    const email = newEmail();
    await gotrue.admin.createUser({ email, password: PASSWORD, email_confirm: true });
    const { data } = await gotrue.visitor().signInWithPassword({ email, password: PASSWORD });
    const all = await Promise.all(
      Array.from({ length: 10 }, () => gotrue.visitor().refreshSession({ refresh_token: data.session!.refresh_token })),
    );
    expect(new Set(all.map((one) => one.data.session?.refresh_token)).size).toBe(1);
  });

  it("keeps users, sessions and its key over a restart and a crash", async () => {
    const email = newEmail();
    await gotrue.admin.createUser({ email, password: PASSWORD, email_confirm: true });
    const { data } = await gotrue.visitor().signInWithPassword({ email, password: PASSWORD });
    const keys = async () => (await fetch(`${gotrue.url}/.well-known/jwks.json`)).json();
    const before = await keys();
    await gotrue.stop();
    await gotrue.start();
    await gotrue.kill();
    await gotrue.start();
    expect(await keys()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('"d"');
    expect((await gotrue.visitor().getUser(data.session!.access_token)).data.user?.email).toBe(email);
    expect((await gotrue.visitor().refreshSession({ refresh_token: data.session!.refresh_token })).error).toBeNull();
  });

  it("does as its settings say", async () => {
    await gotrue.stop();
    await gotrue.start({ GOTRUE_MAILER_AUTOCONFIRM: "true", GOTRUE_PASSWORD_MIN_LENGTH: "12" });
    const email = newEmail();
    const sign = (password: string) => gotrue.visitor().signUp({ email, password });
    expect(await codeOf(sign("short"))).toBe("weak_password");
    expect((await sign(PASSWORD)).data.session?.access_token).toBeTruthy();
    await gotrue.stop();
    await gotrue.start({ GOTRUE_DISABLE_SIGNUP: "true", GOTRUE_SMTP_MAX_FREQUENCY: "60s" });
    expect(await codeOf(gotrue.visitor().signUp({ email: newEmail(), password: PASSWORD }))).toBe("signup_disabled");
    expect(await codeOf(gotrue.visitor().signInWithOtp({ email: newEmail() }))).toBe("signup_disabled");
    await gotrue.visitor().resetPasswordForEmail(email);
    expect(await codeOf(gotrue.visitor().resetPasswordForEmail(email))).toBe("over_email_send_rate_limit");
    expect(await (await fetch(`${gotrue.url}/settings`)).json()).toMatchObject({
      disable_signup: true,
      mailer_autoconfirm: false,
    });
    await gotrue.stop();
    await gotrue.start();
  });

  it.each<[what: string, path: string, body: object]>([
    ["phones", "/signup", { phone: "+4930123456", password: PASSWORD }],
    [
      "PKCE",
      "/signup",
      { email: "a@example.com", password: PASSWORD, code_challenge: "x", code_challenge_method: "s256" },
    ],
    ["captchas", "/recover", { email: "a@example.com", gotrue_meta_security: { captcha_token: "x" } }],
    ["other grants", "/token?grant_type=id_token", { id_token: "x", provider: "google" }],
    ["single sign-on", "/sso", { domain: "example.com" }],
    ["second factors", "/factors", { factor_type: "totp" }],
  ])("refuses %s by name instead of half doing it", async (_, path, body) => {
    const answer = await fetch(`${gotrue.url}${path}`, { method: "POST", body: JSON.stringify(body) });
    expect(answer.status).toBe(501);
    expect((await answer.json()).msg).toMatch(/stand-in does not support/);
  });

  it("lets pages of every origin ask", async () => {
    const answer = await fetch(`${gotrue.url}/token?grant_type=password`, {
      method: "OPTIONS",
      headers: { origin: SITE, "access-control-request-method": "POST", "access-control-request-headers": "apikey" },
    });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
    expect(answer.headers.get("access-control-allow-headers")).toContain("apikey");
  });
});
