import { createHash, timingSafeEqual } from "node:crypto";
import type { TokenStore } from "./store/tokens.ts";

/** On whose behalf a request or a job acts. */
export type Caller = {
  email: string;
  username: string;
  /** `u/<username>`, as jobs and items record it. */
  permissionedAs: string;
  /** What the token is limited to; no list means everything its user may do. */
  scopes?: string[];
  /** Set for the token that a running job was given. */
  jobId?: string;
};

export const ADMIN: Caller = { email: "admin@windmill.dev", username: "admin", permissionedAs: "u/admin" };
/** A call without a token, at the few endpoints that allow it. */
export const ANONYMOUS: Caller = {
  email: "anonymous@windmill.dev",
  username: "anonymous",
  permissionedAs: "anonymous",
};

export type Callers = {
  /** The caller that a request's token stands for; undefined without a token or with an unknown one. */
  of(request: Request, url: URL): Caller | undefined;
  /**
   * A token for a running job, with the rights of whoever the job runs as, or for one request on somebody's behalf;
   * it works until it is revoked.
   */
  issue(caller: Caller, jobId?: string): string;
  revoke(token: string): void;
};

export function createCallers(adminToken: string, tokens: TokenStore): Callers {
  const admin = digest(adminToken);
  const issued = new Map<string, Caller>();
  return {
    of(request, url) {
      const token = tokenOf(request, url);
      if (!token) return undefined;
      if (timingSafeEqual(digest(token), admin)) return ADMIN;
      return issued.get(token) ?? tokens.find(token);
    },
    issue({ email, username, permissionedAs, scopes }, jobId) {
      const token = crypto.randomUUID().replaceAll("-", "");
      const limits = { ...(scopes ? { scopes } : {}), ...(jobId ? { jobId } : {}) };
      issued.set(token, { email, username, permissionedAs, ...limits });
      return token;
    },
    revoke: (token) => void issued.delete(token),
  };
}

/** Windmill's order: bearer header, cookie, query. */
function tokenOf(request: Request, url: URL): string | undefined {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "");
  if (bearer) return bearer[1];
  const cookie = /(?:^|;\s*)token=([^;]+)/.exec(request.headers.get("cookie") ?? "");
  return cookie?.[1] ?? url.searchParams.get("token") ?? undefined;
}

const digest = (text: string) => createHash("sha256").update(text).digest();
