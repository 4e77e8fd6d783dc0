import { OperationError } from "../errors.ts";
import type { GotrueValue } from "../resources.ts";
import { openGotrue } from "./client.ts";
import { type GotrueSettings, readSettings } from "./public_settings.ts";
import { leadsTo, strangersOf } from "./redirects.ts";

export type Check = { name: string; status: "ok" | "warning" | "broken"; detail: string; hint?: string };
export type CheckedSettings = { status: "ok" | "warning" | "broken"; checks: Check[] };

/** What the projects of the server need of GoTrue: who may join each, and where their pages are. */
export type AccountProject = { project: string; signUp: "open" | "invited"; origins: string[] };

/** GoTrue limits how often it may be asked where a link leads. */
const MAX_ORIGINS = 10;

/**
 * Looks at how GoTrue is set up, as far as that can be seen from outside, and says what would let strangers in or keep
 * users out. Changes nothing, and never throws for what it finds.
 */
export async function checkSettings(
  gotrue: GotrueValue,
  projects: AccountProject[],
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<CheckedSettings> {
  const checks = (
    await Promise.all([
      checked("service key", () => serviceKey(gotrue, fetch)),
      checked("signing keys", () => signingKeys(gotrue, fetch)),
      checked("sign-up", async () => signUp(await readSettings(openGotrue(gotrue, fetch)), projects)),
      checked("confirmation", async () => confirmation(await readSettings(openGotrue(gotrue, fetch)))),
      checked("redirects", () => redirects(gotrue.url, projects, fetch)),
    ])
  ).flat();
  const worst = (["broken", "warning"] as const).find((state) => checks.some(({ status }) => status === state));
  return { status: worst ?? "ok", checks };
}

type Found = Omit<Check, "name">;
const ok = (detail: string): Found => ({ status: "ok", detail });

async function checked(name: string, look: () => Promise<Found[] | Found>): Promise<Check[]> {
  try {
    return [await look()].flat().map((found) => ({ name, ...found }));
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return [{ name, status: "broken", detail: error.message, hint: error.hint }];
  }
}

async function serviceKey(gotrue: GotrueValue, fetch: typeof globalThis.fetch): Promise<Found> {
  await openGotrue(gotrue, fetch)({ method: "GET", path: "/admin/users", query: { page: "1", per_page: "1" } });
  return ok("opens the admin API");
}

async function signingKeys(gotrue: GotrueValue, fetch: typeof globalThis.fetch): Promise<Found> {
  const path = "/.well-known/jwks.json";
  const { keys = [] } = await openGotrue(
    gotrue,
    fetch,
  )<{ keys?: { alg?: string }[] }>({ method: "GET", path, token: "" });
  const good = keys.filter(({ alg }) => alg === "ES256" || alg === "RS256");
  if (good.length > 0 && !gotrue.jwtSecret) return ok(`${good.length} published, the shared secret is not accepted`);
  if (good.length > 0) {
    return {
      status: "warning",
      detail: "tokens of the shared secret are accepted too",
      hint: "Take jwtSecret out of the resource f/infra/gotrue once all of them have ended.",
    };
  }
  if (gotrue.jwtSecret) {
    return {
      status: "warning",
      detail: "tokens are signed with the shared secret, which whoever verifies them could also sign with",
      hint: "Set GOTRUE_JWT_KEYS to an ES256 key.",
    };
  }
  return {
    status: "broken",
    detail: "no key is published, so that no token can be verified",
    hint: "Set GOTRUE_JWT_KEYS to an ES256 key, or jwtSecret of the resource f/infra/gotrue for the time being.",
  };
}

function signUp({ disableSignup }: GotrueSettings, projects: AccountProject[]): Found {
  const open = projects.filter((one) => one.signUp === "open");
  if (disableSignup && open.length > 0) {
    return {
      status: "broken",
      detail: `closed, but open to everyone in ${open.map(({ project }) => project).join(", ")}`,
      hint: "Set GOTRUE_DISABLE_SIGNUP=false, or ensure_accounts with signUp=invited for these projects.",
    };
  }
  if (!disableSignup && projects.length > 0 && open.length === 0) {
    return {
      status: "warning",
      detail: "open, though every project lets in invited people only",
      hint: "Set GOTRUE_DISABLE_SIGNUP=true: strangers could otherwise make users that belong nowhere.",
    };
  }
  return ok(disableSignup ? "closed: people come by invitation" : "open");
}

function confirmation({ autoconfirm }: GotrueSettings): Found {
  if (!autoconfirm) return ok("addresses are confirmed by mail");
  return {
    status: "broken",
    detail: "addresses are taken for confirmed, so that anyone can sign up as anyone; invitations are refused",
    hint: "Set GOTRUE_MAILER_AUTOCONFIRM=false and an SMTP server.",
  };
}

/** One after the other: GoTrue counts. */
async function redirects(url: string, projects: AccountProject[], fetch: typeof globalThis.fetch): Promise<Found[]> {
  const origins = projects.flatMap(({ origins: own }) => own).slice(0, MAX_ORIGINS);
  const [first] = origins;
  if (!first) return [ok("no project has pages yet")];
  const missing: string[] = [];
  for (const origin of origins) if (!(await leadsTo(url, `${origin}/account`, fetch))) missing.push(origin);
  const loose: string[] = [];
  for (const [what, address] of strangersOf(first)) if (await leadsTo(url, address, fetch)) loose.push(what);
  const found: Found[] = [
    ...missing.map(
      (origin): Found => ({
        status: "broken",
        detail: `links of mails do not lead back to ${origin}`,
        hint: `Add ${origin}/** to GOTRUE_URI_ALLOW_LIST.`,
      }),
    ),
    ...loose.map(
      (what): Found => ({
        status: "broken",
        detail: `the allow-list lets ${what} through, which gets the tokens of whoever clicks`,
        hint: "List each origin exactly in GOTRUE_URI_ALLOW_LIST, without a pattern for hosts.",
      }),
    ),
  ];
  return found.length > 0 ? found : [ok(`${origins.length} origins, and no strangers`)];
}
