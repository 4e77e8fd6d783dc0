import { ForbiddenError, InvalidInputError, type OperationError, redact, TimeoutError } from "../../errors.ts";
import type { CheckedQuery } from "./request.ts";

const CANCELED = "57014";
const NOT_ALLOWED = "42501";
const READ_ONLY = "25006";

/** What went wrong with a query, in Postgres's words; anything that is not about the query is passed through. */
export function queryFailure(error: unknown, { timeoutSeconds }: CheckedQuery): unknown {
  const { code = "", severity, message } = error as Error & { code?: string; severity?: string };
  if (severity === undefined || /^(08|53|57P|58|XX)/.test(code)) return error;
  const options = { details: { sqlstate: code } };
  const reason = redact(message);
  if (code === CANCELED) {
    const hint = "Add a condition that an index serves, see `explain`, or pass a larger timeoutSeconds.";
    return new TimeoutError(`The query took longer than ${timeoutSeconds} seconds`, { hint, ...options });
  }
  if (code === NOT_ALLOWED) {
    const hint = "Queries run as the project's read-only role: it reads the project's own tables.";
    return new ForbiddenError(`The query is not allowed: ${reason}`, { hint, ...options });
  }
  const hint = code === READ_ONLY ? "Use apply_migrations to change anything." : "Correct the query and call again.";
  return new InvalidInputError(`The query failed: ${reason}`, { hint, ...options }) as OperationError;
}
