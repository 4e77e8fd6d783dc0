import {
  ConflictError,
  type ErrorOptions,
  InvalidInputError,
  NotFoundError,
  type OperationError,
  RateLimitedError,
  TooLargeError,
  UpstreamError,
} from "../errors.ts";

/** What NocoDB says when it refuses: v3 and parts of v2 with a code, older parts with `msg` alone. */
type Refusal = { error?: string; message?: string; msg?: string; code?: string };

type Kind = [make: new (message: string, options: ErrorOptions) => OperationError, says: string, hint: string];

const NOT_FOUND = /^ERR_(\w+)_NOT_FOUND$/;

const KINDS: Record<string, Kind> = {
  ERR_DUPLICATE_IN_ALIAS: [ConflictError, "has that name already", "Choose another title or name."],
  ERR_DUPLICATE_RECORD: [ConflictError, "has that record already", "Leave out what is there, or update it."],
  ERR_MAX_PAYLOAD_LIMIT_EXCEEDED: [
    TooLargeError,
    "takes fewer records per call",
    "Set NC_DATA_PAYLOAD_LIMIT of the server back to its default or higher.",
  ],
  ERR_API_TOKEN_NOT_ALLOWED: [
    UpstreamError,
    "lets no token do this",
    "Add email and password of a super admin to the resource f/infra/nocodb.",
  ],
  ERR_AUTHENTICATION_REQUIRED: [
    UpstreamError,
    "does not know the token",
    "Put a valid API token into the resource f/infra/nocodb.",
  ],
  ERR_FORBIDDEN: [UpstreamError, "forbids this to the token's user", "Use a token whose user may change that base."],
};

/** Postgres's own words for a value that a column does not take, which NocoDB passes on. */
const SQLSTATES: Record<string, Kind> = {
  "23505": [ConflictError, "has that value already in a column that is unique", "Leave out what is there."],
  "23503": [InvalidInputError, "has no record that a link points to", "Create the linked record first."],
  "23502": [InvalidInputError, "needs a value for a required field", "Give every required field a value."],
};

/** The one translation of NocoDB's errors. Its messages repeat what was sent, so only names of fields are kept. */
export function refusalOf(told: { status: number; text: string; method: string; path: string }): OperationError {
  const { status, method } = told;
  const refusal = read(told.text);
  const code = refusal.error ?? "";
  const missing = NOT_FOUND.exec(code)?.[1]?.toLowerCase();
  const [make, says, hint] = missing
    ? ([NotFoundError, `has no such ${missing}`, "Look it up with list_tables or list_records."] as const)
    : (KINDS[code] ?? SQLSTATES[refusal.code ?? ""] ?? byStatus(status));
  const where = fieldOf(refusal.message ?? refusal.msg ?? "");
  // What resets a password is a secret, even where it is a part of the address.
  const path = told.path.replace(/(\/password\/reset\/).+/, "$1…");
  return new make(`NocoDB ${says}${where ? ` (field ${where})` : ""}: ${method} ${path} answered ${status}`, {
    hint,
    ...(status >= 500 || status === 429 ? { retryable: true } : {}),
    details: { status, ...(code ? { nocodbCode: code } : {}), ...(where ? { field: where } : {}) },
  });
}

function byStatus(status: number): Kind {
  if (status === 401) return KINDS.ERR_AUTHENTICATION_REQUIRED as Kind;
  if (status === 403) return KINDS.ERR_FORBIDDEN as Kind;
  if (status === 404) return [NotFoundError, "has nothing there", "Look it up with list_tables."];
  if (status === 429) return [RateLimitedError, "takes no more calls for now", "Wait some seconds and call again."];
  if (status === 400 || status === 422)
    return [InvalidInputError, "does not take what was sent", "Compare it with the table's fields and their types."];
  return [UpstreamError, "failed", "Look into the server's log; call again once it is mended."];
}

function read(text: string): Refusal {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Refusal) : {};
  } catch {
    return {}; // a proxy in between answers with a page of its own
  }
}

/** The name of a field is a name of ours; everything else between quotes may be a rejected value. */
const fieldOf = (message: string): string | undefined =>
  /\b(?:on |for )column ['"]([^'"]{1,255})['"]/.exec(message)?.[1];
