import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  type OperationError,
  RateLimitedError,
  UpstreamError,
} from "../errors.ts";
import type { GotrueValue } from "../resources.ts";

const TIMEOUT_MS = 15_000;

export type GotrueRequest = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the resource's url: `/admin/users`. */
  path: string;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
  /** Instead of the service key: a user's own token, or an empty text for none. */
  token?: string;
};

/** One call of GoTrue's API; the parsed answer, or a typed error. */
export type Gotrue = <T>(request: GotrueRequest) => Promise<T>;

/** GoTrue with the resource's service key. */
export function openGotrue(
  { url, serviceKey }: Pick<GotrueValue, "url" | "serviceKey">,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Gotrue {
  return async <T>({ method, path, query, body, token = serviceKey }: GotrueRequest): Promise<T> => {
    const address = `${url.replace(/\/+$/, "")}${path}${query ? `?${new URLSearchParams(query)}` : ""}`;
    const answer = await fetch(address, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(token ? { authorization: `Bearer ${token}`, apikey: token } : {}),
        ...(body ? { "content-type": "application/json" } : {}),
        "x-supabase-api-version": "2024-01-01",
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch((cause: unknown) => {
      throw unreachable(cause);
    });
    const text = await answer.text();
    if (answer.ok) return (text === "" ? undefined : parsed(text)) as T;
    throw toTypedError(answer.status, codeOf(text));
  };
}

/** What GoTrue says of itself, for example `v2.180.0`. */
export async function gotrueVersion(value: GotrueValue): Promise<string | null> {
  const { version } = await openGotrue(value)<{ version?: string }>({ method: "GET", path: "/health", token: "" });
  return version ?? null;
}

/** GoTrue has written its codes in two places over the years. */
function codeOf(text: string): string {
  const { code, error_code } = (parsed(text) ?? {}) as { code?: unknown; error_code?: unknown };
  const found = typeof code === "string" ? code : error_code;
  return typeof found === "string" && /^[a-z_]{1,60}$/.test(found) ? found : "unknown";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy in between answered
  }
}

/** The one translation of GoTrue's errors: by its code, never by its texts, which may repeat what was sent. */
function toTypedError(status: number, code: string): OperationError {
  const options = { details: { gotrueCode: code } };
  if (code === "user_not_found" || code === "otp_expired")
    return new NotFoundError("GoTrue has no such user, or the link is used up", {
      hint: "See f/infra/auth/list_users for the users there are.",
      ...options,
    });
  if (code === "email_exists" || code === "user_already_exists")
    return new ConflictError("GoTrue has a user with this address already", {
      hint: "Pass another address, or let the user join the project with theirs.",
      ...options,
    });
  if (status === 429)
    return new RateLimitedError("GoTrue was asked too often", { hint: "Wait a minute and call again.", ...options });
  if (code === "weak_password" || code === "validation_failed" || code === "email_address_invalid")
    return new InvalidInputError(`GoTrue refused an argument (${code})`, {
      hint: "See details.gotrueCode, and GoTrue's settings for passwords and addresses.",
      ...options,
    });
  const refused = status === 401 || status === 403;
  return new UpstreamError(`GoTrue answered with status ${status} (${code})`, {
    hint: refused
      ? "Check that serviceKey of the resource f/infra/gotrue is GoTrue's own, with the role service_role."
      : "See GoTrue's log.",
    retryable: status >= 500,
    ...options,
  });
}

const unreachable = (cause: unknown): UpstreamError =>
  new UpstreamError("GoTrue did not answer", {
    code: "upstream_unreachable",
    hint: "Check that GoTrue runs and that url of the resource f/infra/gotrue leads to it.",
    retryable: true,
    cause: (cause as { cause?: unknown }).cause ?? cause, // fetch wraps what the system said
  });
