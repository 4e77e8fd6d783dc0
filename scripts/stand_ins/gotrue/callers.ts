import type { JWTPayload } from "jose";
import type { Gotrue } from "./gotrue.ts";
import { Refusal } from "./refusal.ts";
import type { Session, User } from "./store.ts";

/** The user and session of the bearer token. Throws when there is none, or the session has ended. */
export async function requireUser(gotrue: Gotrue, request: Request): Promise<{ user: User; session: Session }> {
  const { sub, session_id: sessionId } = await claimsOf(gotrue, request);
  const user = typeof sub === "string" ? gotrue.store.user.byId(sub) : undefined;
  if (!user) throw new Refusal(403, "user_not_found", "User from sub claim in JWT does not exist");
  const session = typeof sessionId === "string" ? gotrue.store.session.byId(sessionId) : undefined;
  if (!session) throw new Refusal(403, "session_not_found", "Session from session_id claim in JWT does not exist");
  return { user, session };
}

/** Throws for every token that has not the role of the service. */
export async function requireService(gotrue: Gotrue, request: Request): Promise<void> {
  const { role } = await claimsOf(gotrue, request);
  if (role !== "service_role" && role !== "supabase_admin") throw new Refusal(403, "not_admin", "User not allowed");
}

async function claimsOf({ keys }: Gotrue, request: Request): Promise<JWTPayload> {
  const token = /^bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (!token) throw new Refusal(401, "no_authorization", "This endpoint requires a valid Bearer token");
  try {
    return await keys.verify(token);
  } catch (error) {
    throw new Refusal(403, "bad_jwt", `invalid JWT: unable to parse or verify signature, ${(error as Error).message}`);
  }
}
