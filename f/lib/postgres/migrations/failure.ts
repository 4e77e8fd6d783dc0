import { InvalidInputError, type OperationError, redact, UpstreamError } from "../../errors.ts";
import type { Script } from "./script.ts";

/** An error as the driver gives it; `position` counts characters of what was sent, from 1. */
export type PostgresError = Error & { code?: string; severity?: string; position?: string; hint?: string };

const WORTH_A_RETRY = /^(08|40|53|57|55P03)/;

/** What to do about failures that come from running all of a migration in one transaction. */
const HINTS: Record<string, string> = {
  "25001":
    "Put this statement into a migration of its own, with nothing else in it; then it runs outside of a transaction.",
  "55P04": "Put `alter type ... add value` into a migration of its own, before the one that uses the value.",
  "42501": "Migrations run as the project's owner role: create things in the project's schema only.",
};

export const reasonOf = (failure: PostgresError): string => redact(failure.message).slice(0, 2000);

/** The error for a migration that Postgres refused: where and why, and what to do. */
export function failed({ name, body }: Script, failure: PostgresError): OperationError {
  const { code: sqlstate = "", position, hint } = failure;
  const line = position ? [...body].slice(0, Number(position) - 1).filter((one) => one === "\n").length + 1 : undefined;
  const message = `Migration ${name} failed${line ? ` at line ${line}` : ""}: ${reasonOf(failure)}`;
  const details = { migration: name, sqlstate, ...(line ? { line } : {}) };
  if (WORTH_A_RETRY.test(sqlstate)) {
    return new UpstreamError(message, {
      hint: "Nothing of it was kept; send the same migrations again.",
      retryable: true,
      details,
    });
  }
  const told =
    HINTS[sqlstate] ?? (hint ? `Postgres suggests: ${redact(hint)}` : "Correct the migration and send all again.");
  return new InvalidInputError(message, { hint: told, details });
}
