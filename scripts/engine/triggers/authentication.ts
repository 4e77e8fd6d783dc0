import { timingSafeEqual } from "node:crypto";
import type { Caller } from "../callers.ts";
import type { Engine } from "../engine.ts";
import { ApiError, internal, notAuthorized, notFound } from "../errors.ts";
import type { Trigger } from "./routes.ts";
import { checkSignature, type SignatureResource } from "./signature.ts";

/** Who calls a trigger, or the answer to give instead of running anything. */
export type Admission = { caller?: Caller } | { refused: Response };

/** Checks a request by the trigger's `authentication_method`. Throws Windmill's plain-text refusals. */
export function admit(engine: Engine, trigger: Trigger, request: Request, url: URL, raw: () => string): Admission {
  switch (trigger.authentication) {
    case "none":
    case "custom_script":
      return {};
    case "windmill": {
      const caller = engine.callers.of(request, url);
      if (!caller) throw notAuthorized("Requires authentication");
      return { caller };
    }
    case "api_key": {
      const { api_key_header: header, api_key_secret: secret } = resourceOf(engine, trigger);
      if (typeof header !== "string" || typeof secret !== "string") throw internal("invalid api_key resource");
      if (!same(request.headers.get(header), secret)) throw new ApiError(401, "Unauthorized");
      return {};
    }
    case "basic_http": {
      const { username, password } = resourceOf(engine, trigger);
      if (same(basicCredentials(request), `${username}:${password}`)) return {};
      const headers = { "www-authenticate": 'Basic realm="Restricted Area"', "content-type": "text/plain" };
      return { refused: new Response("Unauthorized", { status: 401, headers }) };
    }
    case "signature": {
      const resource = resourceOf(engine, trigger) as SignatureResource;
      const refused = checkSignature(resource, request.headers, raw());
      return refused ? { refused } : {};
    }
    default:
      throw internal(`the local engine does not serve the authentication method ${trigger.authentication}`);
  }
}

function resourceOf(engine: Engine, { authenticationResource: path = "", path: trigger }: Trigger) {
  const value = engine.resourceValue(path);
  if (value === null || typeof value !== "object")
    throw notFound(`Resource ${path || "(none)"} for the authentication of http trigger ${trigger} not found`);
  return value as Record<string, unknown>;
}

function basicCredentials(request: Request): string | null {
  const found = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.headers.get("authorization") ?? "");
  return found?.[1] ? Buffer.from(found[1], "base64").toString("utf8") : null;
}

function same(given: string | null, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(expected)];
  return given !== null && a.length === b.length && timingSafeEqual(a, b);
}
