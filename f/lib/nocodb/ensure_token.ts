import { randomBytes } from "node:crypto";
import { InvalidInputError, NotFoundError } from "../errors.ts";
import { describe, folderOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Base, requireBase } from "./base.ts";
import { type Nocodb, openNocodb, path, signIn } from "./client.ts";
import type { WebhookPorts } from "./ensure_webhook.ts";
import { findUser, type Member, userOf } from "./token_user.ts";

export type Access = "read" | "write";

export type EnsuredToken = {
  project: string;
  /** The NocoDB user whose token it is; it belongs to this base and to no other. */
  user: string;
  access: Access;
  /** The Windmill variable with the token. */
  secret: string;
  status: "created" | "updated" | "unchanged";
};

/**
 * NocoDB's own words for what may be done with records: nothing about tables, fields and webhooks. Every member of a base
 * may invite others to as much as the own role; no role of this edition may not.
 */
const ROLES: Record<Access, string> = { read: "viewer", write: "editor" };

export const tokenPath = (project: string): string => `${folderOf(project)}/nocodb_token`;

/**
 * Makes a token exist that reaches a project's base and nothing else, kept in Windmill. In this edition a token may do what
 * its user may, so each project has a user of its own in NocoDB, who is a member of its base alone. Without the variable
 * there is a new user with a new token: NocoDB goes on taking a token that was deleted, until its user is gone.
 *
 * Throws NotFound for a project without a base, Upstream when the resource has no login of a super admin.
 */
export async function ensureToken(
  { sql, workspace, nocodb }: WebhookPorts,
  { project: name, access: wanted }: { project: string; access?: unknown },
): Promise<EnsuredToken> {
  const access = accessOf(wanted);
  const base = await requireBase(nocodb, name);
  const { project } = base;
  const [email, secret] = [userOf(project), tokenPath(project)];
  const asked = { project, access };
  return operate({ sql, verb: "infra/nocodb/ensure_token", project, arguments: asked }, async () => {
    const admin = await nocodb.asAdmin();
    const known = await findUser(admin, email);
    const answer = (status: EnsuredToken["status"]) => ({ project, user: email, access, secret, status });
    const kept = await workspace.getSecret(secret);
    if (known && kept && (await isTokenOf(nocodb, kept, email)))
      return answer(await ensureMember(admin, base, email, ROLES[access]));
    if (known) await admin.delete(path`/api/v1/users/${known.id}`);
    await ensureMember(admin, base, email, ROLES[access]);
    const session = await signInAs(admin, nocodb, email);
    const { token } = await session.post<{ token: string }>("/api/v1/tokens", { description: `run8n ${project}` });
    await workspace.ensureFolder(folderOf(project));
    await workspace.setSecret(secret, token, `API token of the NocoDB user ${email}, for ${access}`);
    return answer(known ? "updated" : "created");
  });
}

function accessOf(value: unknown): Access {
  if (value === undefined || value === null) return "write";
  if (value === "read" || value === "write") return value;
  throw new InvalidInputError(`access must be "read" or "write"; got ${describe(value)}`, {
    hint: 'Leave it out for "write", which changes records and no tables.',
    details: { argument: "access" },
  });
}

/** Members have a role in the base; NocoDB may list users without one beside them. */
async function ensureMember(admin: Nocodb, base: Base, email: string, roles: string): Promise<"updated" | "unchanged"> {
  const at = path`/api/v2/meta/bases/${base.id}/users`;
  const { users } = await admin.get<{ users: { list: Member[] } }>(at, { query: email, limit: 100 });
  const found = users.list.find((one) => one.email === email);
  if (found?.roles === roles) return "unchanged";
  if (found?.roles) await admin.patch(`${at}${path`/${found.id}`}`, { email, roles });
  else await admin.post(at, { email, roles });
  return "updated";
}

/** Whether NocoDB still takes it, and for that user's. */
async function isTokenOf(nocodb: Nocodb, token: string, email: string): Promise<boolean> {
  const asUser = openNocodb({ ...nocodb.value, token });
  const me = await asUser.get<{ email?: string }>("/api/v2/auth/user/me").catch((error: { details?: object }) => {
    if ((error.details as { status?: number })?.status === 401) return {};
    throw error;
  });
  return (me as { email?: string }).email === email;
}

/** A session of the user's, with a password that nobody keeps. */
async function signInAs(admin: Nocodb, nocodb: Nocodb, email: string): Promise<Nocodb> {
  const user = await findUser(admin, email);
  if (!user)
    throw new NotFoundError("NocoDB does not list the user that it has just invited", {
      hint: "Call again; look into NocoDB's log when it stays so.",
      retryable: true,
    });
  const password = `${randomBytes(24).toString("base64url")}aA1!`;
  const { reset_password_token: reset } = await admin.post<{ reset_password_token: string }>(
    path`/api/v1/users/${user.id}/generate-reset-url`,
    {},
  );
  await nocodb.post(path`/api/v2/auth/password/reset/${reset}`, { password });
  return signIn({ url: nocodb.value.url, token: "", email, password });
}
