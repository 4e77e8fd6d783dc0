/** An error as GoTrue words it: a status, a code that programs branch on and a message. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const validationFailed = (message: string, status = 400) => new Refusal(status, "validation_failed", message);
export const unsupported = (what: string) =>
  new Refusal(501, "not_supported", `The gotrue stand-in does not support ${what}`);
export const emailExists = () =>
  new Refusal(422, "email_exists", "A user with this email address has already been registered");
export const userNotFound = () => new Refusal(404, "user_not_found", "User not found");
export const otpExpired = () => new Refusal(403, "otp_expired", "Token has expired or is invalid");
export const banned = () => new Refusal(403, "user_banned", "User is banned");

const VERSION = "x-supabase-api-version";

/** GoTrue has two forms of error bodies; a client asks for the newer one by naming its version. */
export function toResponse({ status, code, message }: Refusal, request?: Request): Response {
  const version = request?.headers.get(VERSION) ?? "";
  const body = version >= "2024-01-01" ? { code, message } : { code: status, error_code: code, msg: message };
  const headers = { "x-sb-error-code": code, ...(version >= "2024-01-01" ? { [VERSION]: "2024-01-01" } : {}) };
  return Response.json(body, { status, headers });
}
