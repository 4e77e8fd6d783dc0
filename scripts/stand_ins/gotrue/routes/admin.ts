import { requireService } from "../callers.ts";
import type { Gotrue } from "../gotrue.ts";
import { linkOf, sendToken } from "../mail.ts";
import { newOneTimeToken, type Purpose } from "../one_time.ts";
import { newPassword } from "../passwords.ts";
import { allowedRedirect } from "../redirects.ts";
import { emailExists, unsupported, userNotFound, validationFailed } from "../refusal.ts";
import { type Body, bodyOf, isObject, queryOf, redirectAsked } from "../request.ts";
import type { User } from "../store.ts";
import { createUser, emailOf, hashOf, toJson, update } from "../users.ts";
import { merged } from "./user.ts";

const FIELDS = ["email", "password", "email_confirm", "user_metadata", "app_metadata", "ban_duration"];

/** `GET /admin/users`: newest first, in pages. */
export async function listUsers(gotrue: Gotrue, request: Request): Promise<Response> {
  await requireService(gotrue, request);
  const query = queryOf(request);
  const [page, perPage] = [whole(query.get("page"), 1), whole(query.get("per_page"), 50)];
  const filter = query.get("filter")?.toLowerCase() ?? "";
  const total = gotrue.store.user.count(filter);
  const pages = Math.ceil(total / perPage);
  const link = (to: number, rel: string) => `</admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`;
  const links = [...(pages > page ? [link(page + 1, "next")] : []), link(pages, "last")];
  const users = gotrue.store.user.page(filter, perPage, (page - 1) * perPage).map(toJson);
  const headers = { "x-total-count": String(total), link: links.join(", ") };
  return Response.json({ users, aud: "authenticated" }, { headers });
}

/** `POST /admin/users` */
export async function createByAdmin(gotrue: Gotrue, request: Request): Promise<Response> {
  await requireService(gotrue, request);
  const body = await bodyOf(request, ["id", ...FIELDS]);
  const email = emailOf(body.email);
  if (body.id !== undefined && !isId(body.id)) throw validationFailed("ID must conform to the uuid v4 format");
  const changes = await changesOf(gotrue, body);
  const user = gotrue.store.transaction(() => {
    const made = createUser(gotrue.store, { email, ...(isId(body.id) ? { id: body.id } : {}) });
    return update(gotrue.store, made, changes(made));
  });
  return Response.json(toJson(user));
}

/** `GET /admin/users/:id` */
export async function readByAdmin(gotrue: Gotrue, request: Request, id: string): Promise<Response> {
  await requireService(gotrue, request);
  return Response.json(toJson(userOf(gotrue, id)));
}

/** `PUT /admin/users/:id`: another password ends all sessions. */
export async function updateByAdmin(gotrue: Gotrue, request: Request, id: string): Promise<Response> {
  await requireService(gotrue, request);
  const user = userOf(gotrue, id);
  const body = await bodyOf(request, FIELDS);
  const changes = await changesOf(gotrue, body);
  const email = body.email === undefined ? user.email : emailOf(body.email);
  const updated = gotrue.store.transaction(() => {
    if (email !== user.email && gotrue.store.user.byEmail(email)) throw emailExists();
    if (body.password !== undefined) gotrue.store.session.removeAllOf(user.id);
    return update(gotrue.store, user, { ...changes(user), email });
  });
  return Response.json(toJson(updated));
}

/** `DELETE /admin/users/:id` */
export async function deleteByAdmin(gotrue: Gotrue, request: Request, id: string): Promise<Response> {
  await requireService(gotrue, request);
  const user = userOf(gotrue, id);
  const { should_soft_delete: soft } = await bodyOf(request, ["should_soft_delete"]);
  if (soft === true) throw unsupported("soft deletion");
  gotrue.store.user.remove(user.id);
  return Response.json({});
}

/** `POST /invite` */
export async function invite(gotrue: Gotrue, request: Request): Promise<Response> {
  await requireService(gotrue, request);
  const body = await bodyOf(request, ["email", "data"]);
  const user = newOrUnconfirmed(gotrue, body);
  const redirectTo = allowedRedirect(gotrue.settings, redirectAsked(request));
  return Response.json(toJson(await sendToken(gotrue, user, "invite", redirectTo)));
}

/** `POST /admin/generate_link`: what a mail would hold, without the mail. */
export async function generateLink(gotrue: Gotrue, request: Request): Promise<Response> {
  await requireService(gotrue, request);
  const body = await bodyOf(request, ["type", "email", "password", "data", "redirect_to"]);
  const type = body.type as Purpose;
  if (!["signup", "invite", "magiclink", "recovery"].includes(type)) throw unsupported(`links of the type ${type}`);
  const before = await linkUser(gotrue, body, type);
  const { otp, hash, user } = newOneTimeToken(gotrue, before, type);
  const asked = typeof body.redirect_to === "string" ? body.redirect_to : redirectAsked(request);
  const redirectTo = allowedRedirect(gotrue.settings, asked);
  return Response.json({
    ...toJson(user),
    action_link: linkOf(gotrue, hash, type, redirectTo),
    email_otp: otp,
    hashed_token: hash,
    verification_type: type,
    redirect_to: redirectTo,
  });
}

async function linkUser(gotrue: Gotrue, body: Body, type: Purpose): Promise<User> {
  const known = gotrue.store.user.byEmail(emailOf(body.email));
  if (type === "invite") return newOrUnconfirmed(gotrue, body);
  if (type === "signup") {
    const passwordHash = await hashOf(newPassword(gotrue.settings, body.password));
    return update(gotrue.store, newOrUnconfirmed(gotrue, body), { passwordHash });
  }
  if (known) return known;
  if (type === "magiclink") return newOrUnconfirmed(gotrue, body);
  throw userNotFound();
}

function newOrUnconfirmed({ store }: Gotrue, { email: given, data }: Body): User {
  const email = emailOf(given);
  const known = store.user.byEmail(email);
  if (known?.confirmedAt) throw emailExists();
  return known ?? createUser(store, { email, ...(isObject(data) ? { data } : {}) });
}

function userOf({ store }: Gotrue, id: string): User {
  if (!isId(id)) throw validationFailed("user_id must be an UUID", 404);
  const user = store.user.byId(id);
  if (!user) throw userNotFound();
  return user;
}

const isId = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f-]{36}$/.test(value);

/** Hashes first, so that what follows can be one transaction. */
async function changesOf({ settings }: Gotrue, body: Body): Promise<(user: User) => Partial<User>> {
  const passwordHash = body.password === undefined ? undefined : await hashOf(newPassword(settings, body.password));
  const bannedUntil = body.ban_duration === undefined ? undefined : endOfBan(body.ban_duration);
  const now = new Date().toISOString();
  return (user) => ({
    ...(passwordHash ? { passwordHash } : {}),
    ...(bannedUntil === undefined ? {} : { bannedUntil }),
    ...(body.email_confirm === true && !user.confirmedAt ? { confirmedAt: now } : {}),
    ...(isObject(body.user_metadata) ? { userMetadata: merged(user.userMetadata, body.user_metadata) } : {}),
    ...(isObject(body.app_metadata) ? { appMetadata: merged(user.appMetadata, body.app_metadata) } : {}),
  });
}

const MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** `none`, or a duration as Go writes it: `24h`, `1h30m`, `300ms`. */
function endOfBan(value: unknown): string | null {
  if (value === "none") return null;
  const text = typeof value === "string" ? value : "";
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) throw validationFailed("invalid format for ban duration");
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * MS[unit as keyof typeof MS], 0);
  return new Date(Math.min(Date.now() + ms, 8.64e15)).toISOString();
}

function whole(text: string | null, otherwise: number): number {
  if (text === null || text === "") return otherwise;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw validationFailed("Bad Pagination Parameters");
}
