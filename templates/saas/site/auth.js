// Signing in with GoTrue, which answers at /auth/v1 of this site, and asking the project's own API at /api with the
// session that it gives. No page needs more than what is exported here.

const KEY = "session";
/** A token that ends within this time is renewed before it is used. */
const EARLY_SECONDS = 30;

/** What went wrong, in words for a person; `code` for the page. */
export class Problem extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const TEXTS = {
  invalid_credentials: "That address and password do not belong together.",
  email_not_confirmed: "Please follow the link in our mail first, to confirm your address.",
  email_address_invalid: "Please check the address, for example you@example.com.",
  validation_failed: "Please check the address, for example you@example.com.",
  weak_password: "Please choose a longer password.",
  same_password: "That is the password you have already.",
  user_banned: "This account is closed.",
  signup_disabled: "New accounts are not taken at the moment.",
  otp_disabled: "There is no account with this address.",
  over_email_send_rate_limit: "We have just sent you a mail. Please wait a minute.",
  over_request_rate_limit: "That was a lot at once. Please wait a minute.",
};

const back = () => new URLSearchParams({ redirect_to: `${location.origin}/account.html` });

/** Asks for an account; a mail leads back to the account page. */
export const signUp = (email, password) => ask(`signup?${back()}`, { email, password });
export const sendConfirmation = (email) => ask(`resend?${back()}`, { type: "signup", email });
/** Mails a link that signs in; only to who has an account. */
export const sendLink = (email) => ask(`otp?${back()}`, { email, create_user: false });
/** Mails a link that leads to another password. The answer is the same for addresses that nobody has. */
export const sendRecovery = (email) => ask(`recover?${back()}`, { email });

export async function signIn(email, password) {
  keep(await ask("token?grant_type=password", { email, password }));
}

export async function setPassword(password) {
  await ask("user", { password }, { method: "PUT", token: (await session())?.access_token });
}

export async function signOut() {
  const now = read();
  localStorage.removeItem(KEY);
  if (now) await ask("logout?scope=local", {}, { token: now.access_token }).catch(() => {});
}

/**
 * Takes the session out of the address that a mail's link has led to, and cleans the address. Answers what the link was
 * for ("signup", "recovery", ...), nothing without one; throws what is wrong with it.
 */
export function takeLink() {
  const told = new URLSearchParams(location.hash.slice(1));
  if (!told.has("access_token") && !told.has("error_code")) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  if (told.has("error_code")) throw new Problem("link", "This link has been used or is too old. Please ask for a new one.");
  keep(Object.fromEntries(told));
  return told.get("type");
}

/** The session of whoever is signed in, renewed when its token is about to end; nothing when nobody is. */
export async function session() {
  const now = read();
  if (!now || !isEnding(now)) return now;
  // One tab at a time: a refresh token is good once.
  return navigator.locks.request(KEY, async () => {
    const latest = read();
    if (!latest || !isEnding(latest)) return latest;
    try {
      keep(await ask("token?grant_type=refresh_token", { refresh_token: latest.refresh_token }));
    } catch (problem) {
      if (problem.code === "network") throw problem;
      localStorage.removeItem(KEY);
    }
    return read();
  });
}

/** Asks the project's API as whoever is signed in. Throws a Problem; its code is "unauthorized" when nobody is. */
export async function api(path, { method = "GET", body } = {}) {
  const now = await session();
  if (!now) throw new Problem("unauthorized", "Please sign in.");
  const answer = await request(`/api/${path}`, { method, body, token: now.access_token });
  const { error } = answer.body ?? {};
  if (answer.ok) return answer.body;
  if (answer.status === 401) localStorage.removeItem(KEY);
  throw new Problem(error?.code ?? "failed", error?.message ?? "That did not work. Please try again.");
}

async function ask(path, body, { method = "POST", token } = {}) {
  const answer = await request(`/auth/v1/${path}`, { method, body, token });
  if (answer.ok) return answer.body;
  const code = answer.body?.error_code ?? answer.body?.code ?? "failed";
  throw new Problem(code, TEXTS[code] ?? "That did not work. Please try again.");
}

async function request(path, { method, body, token }) {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { ok: response.ok, status: response.status, body: text ? JSON.parse(text) : undefined };
  } catch {
    throw new Problem("network", "There is no connection. Please try again.");
  }
}

function keep({ access_token, refresh_token, expires_at }) {
  localStorage.setItem(KEY, JSON.stringify({ access_token, refresh_token, expires_at: Number(expires_at) }));
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? undefined;
  } catch {
    return undefined;
  }
}

const isEnding = ({ expires_at }) => !(expires_at - EARLY_SECONDS > Date.now() / 1000);
