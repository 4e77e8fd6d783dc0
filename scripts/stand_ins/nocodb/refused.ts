/** An answer with an error, worded as NocoDB words it. */
export class Refused extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

const coded = (status: number, error: string, message: string, more: object = {}) =>
  new Refused(status, { error, message, ...more });

export const unsupported = (what: string): Refused =>
  coded(501, "NOT_SUPPORTED", `The nocodb stand-in does not support ${what}`);
export const unauthenticated = (): Refused =>
  coded(401, "ERR_AUTHENTICATION_REQUIRED", "Authentication required - Invalid token");
export const noToken = (): Refused =>
  coded(400, "ERR_API_TOKEN_NOT_ALLOWED", "This request is not allowed with API token");
export const forbidden = (what: string): Refused =>
  coded(403, "ERR_FORBIDDEN", `${what} - Forbidden: Your role does not permit this action`);
export const missing = (
  kind: "Base" | "Table" | "Field" | "Record" | "Hook" | "Source" | "View" | "User",
  id: string,
): Refused => coded(kind === "Field" ? 422 : 404, `ERR_${kind.toUpperCase()}_NOT_FOUND`, `${kind} '${id}' not found`);
export const duplicate = (
  what: "table alias" | "table name" | "column alias" | "column name",
  name: string,
  at: string,
) => coded(422, "ERR_DUPLICATE_IN_ALIAS", `Duplicate ${what} '${name}' at ${at}`);
export const tooMany = (limit: number): Refused =>
  coded(413, "ERR_MAX_PAYLOAD_LIMIT_EXCEEDED", `Maximum ${limit} entities are allowed per request`);
export const badBody = (message: string): Refused => coded(400, "ERR_INVALID_REQUEST_BODY", message);
export const badFilter = (message: string): Refused => coded(422, "ERR_INVALID_FILTER", message);
export const badValue = (message: string): Refused => coded(400, "ERR_INVALID_VALUE_FOR_FIELD", message);
export const plain = (status: number, msg: string): Refused => new Refused(status, { msg });

/** What Postgres refuses, as NocoDB passes it on. */
export function refusalOfDatabase(error: { code?: string; message: string; constraint?: string }, unique?: string) {
  if (error.code === "23505" && unique)
    return coded(400, "FIELD_UNIQUE_CONSTRAINT_VIOLATION", `${unique} field unique constraint violation.`, {
      fieldName: unique,
    });
  const says: Record<string, string> = {
    "23502": "A value is required for this field.",
    "23503": "This record is referenced by other records.",
    "23505": "This record already exists.",
    "22P02": error.message.replace(/^invalid input syntax for type (\S+): "(.*)"$/, "Invalid value '$2' for type '$1'"),
  };
  return coded(400, "ERR_DATABASE_OP_FAILED", says[error.code ?? ""] ?? "There was an error while running the query", {
    code: error.code,
  });
}
