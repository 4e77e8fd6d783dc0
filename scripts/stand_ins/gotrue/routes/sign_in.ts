import type { Gotrue } from "../gotrue.ts";
import { type Proof, useOneTimeToken } from "../one_time.ts";
import { allowedRedirect } from "../redirects.ts";
import { banned, Refusal, unsupported, validationFailed } from "../refusal.ts";
import { bodyOf, queryOf } from "../request.ts";
import { refresh, signIn } from "../sessions.ts";
import { emailOf, isBanned, isPasswordOf } from "../users.ts";

/** `POST /token`: with a password, or with a refresh token. */
export async function token(gotrue: Gotrue, request: Request): Promise<Response> {
  const grant = queryOf(request).get("grant_type");
  if (grant === "password") return Response.json(await withPassword(gotrue, request));
  if (grant !== "refresh_token") throw unsupported(`the grant type ${grant}`);
  const { refresh_token: used } = await bodyOf(request, ["refresh_token"]);
  if (typeof used !== "string" || used === "") throw validationFailed("refresh_token required");
  return Response.json(await refresh(gotrue, used));
}

async function withPassword(gotrue: Gotrue, request: Request) {
  const { email, password } = await bodyOf(request, ["email", "password"]);
  const user = gotrue.store.user.byEmail(emailOf(email));
  if (!user || typeof password !== "string" || !(await isPasswordOf(user, password)))
    throw new Refusal(400, "invalid_credentials", "Invalid login credentials");
  if (isBanned(user)) throw banned();
  if (!user.confirmedAt) throw new Refusal(400, "email_not_confirmed", "Email not confirmed");
  return signIn(gotrue, user, "password");
}

/** `POST /verify`: a code that somebody typed, or the hash of a link. */
export async function verify(gotrue: Gotrue, request: Request): Promise<Response> {
  const body = await bodyOf(request, ["type", "token", "token_hash", "email", "redirect_to"]);
  return Response.json(await signIn(gotrue, useOneTimeToken(gotrue, proofOf(body)), "otp"));
}

function proofOf({ type, token: otp, token_hash: hash, email }: Record<string, unknown>): Proof {
  if (typeof type !== "string" || type === "") throw validationFailed("Verify requires a verification type");
  if (typeof hash === "string" && hash !== "") return { type, hash };
  if (typeof otp !== "string" || otp === "") throw validationFailed("Verify requires a token or a token hash");
  return { type, email: emailOf(email), otp };
}

/** `GET /verify`: the link of a mail. Leads back to the app with the tokens, or with what is wrong, in the fragment. */
export async function followLink(gotrue: Gotrue, request: Request): Promise<Response> {
  const query = queryOf(request);
  const back = new URL(allowedRedirect(gotrue.settings, query.get("redirect_to")));
  const type = query.get("type") ?? "";
  try {
    if (query.get("token")?.startsWith("pkce_")) throw unsupported("PKCE");
    const user = useOneTimeToken(gotrue, proofOf({ type, token_hash: query.get("token") }));
    const { user: _, ...tokens } = await signIn(gotrue, user, "otp");
    back.hash = new URLSearchParams({ ...stringsOf(tokens), type }).toString();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const told = { error: "access_denied", error_code: error.code, error_description: linkText(error) };
    back.hash = new URLSearchParams(told).toString();
  }
  return new Response(null, { status: 303, headers: { location: back.href } });
}

const linkText = ({ code, message }: Refusal): string =>
  code === "otp_expired" ? "Email link is invalid or has expired" : message;

const stringsOf = (values: object): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
