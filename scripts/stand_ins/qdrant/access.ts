import { createHmac, timingSafeEqual } from "node:crypto";
import { Refusal, unsupported } from "./refusal.ts";

/** What a call needs: to look, to write points, or to manage collections. */
export type Right = "read" | "write" | "manage";

type Grant = { collection: string; access: "r" | "rw" };

/** What a caller may do; for the static key, everything. */
export type Access = { all: boolean; readAll: boolean; grants: Grant[] };

const EVERYTHING: Access = { all: true, readAll: true, grants: [] };

/** Finds out who calls: by the API key, or by a token that was signed with it (`service.jwt_rbac`). */
export function accessOf(request: Request, apiKey: string): Access {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const credential = request.headers.get("api-key") ?? bearer;
  if (!credential) throw new Refusal(401, "Must provide an API key or an Authorization bearer token");
  return equal(credential, apiKey) ? EVERYTHING : tokenAccess(credential, apiKey);
}

/** Throws 403 when the caller may not do this, to this collection if one is named. */
export function demand(access: Access, right: Right, collection?: string): void {
  if (access.all || (access.readAll && right === "read")) return;
  const grant = access.grants.find((one) => one.collection === collection);
  if (grant && right !== "manage" && (right === "read" || grant.access === "rw")) return;
  const what = collection === undefined ? "Global" : `Collection \`${collection}\``;
  throw new Refusal(403, `Forbidden: ${what} ${right} access is required`);
}

export const maySee = (access: Access, collection: string): boolean =>
  access.all || access.readAll || access.grants.some((one) => one.collection === collection);

function tokenAccess(token: string, apiKey: string): Access {
  const claims = verified(token, apiKey);
  if (typeof claims.exp === "number" && claims.exp * 1000 < Date.now()) throw invalid();
  if (claims.value_exists !== undefined) throw unsupported('the claim "value_exists" of a token');
  if (claims.access === undefined || claims.access === "m") return EVERYTHING;
  if (claims.access === "r") return { all: false, readAll: true, grants: [] };
  if (!Array.isArray(claims.access)) throw invalid();
  return { all: false, readAll: false, grants: claims.access.map(grantOf) };
}

function grantOf(grant: Record<string, unknown>): Grant {
  const { collection, access, ...others } = grant;
  if (Object.keys(others).length > 0) throw unsupported("more than collection and access in a token's grant");
  if (typeof collection !== "string" || (access !== "r" && access !== "rw")) throw invalid();
  return { collection, access };
}

function verified(token: string, apiKey: string): Record<string, unknown> {
  const [head = "", body = "", signature = ""] = token.split(".");
  const expected = createHmac("sha256", apiKey).update(`${head}.${body}`).digest("base64url");
  if (!equal(signature, expected)) throw invalid();
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  if (read(head).alg !== "HS256") throw invalid();
  return read(body);
}

const invalid = () => new Refusal(401, "Invalid API key or JWT");

const equal = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
