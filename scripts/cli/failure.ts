/** Why a command could not do what it was asked, and what to do next. */
export class Failure extends Error {
  override name = "Failure";
  readonly hint: string;
  /** 1: it was tried and failed; 2: it was asked for in a way that makes no sense. */
  readonly exitCode: 1 | 2;
  readonly details: Record<string, unknown>;

  constructor(message: string, options: { hint: string; exitCode?: 1 | 2; details?: Record<string, unknown> }) {
    super(message);
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
    this.details = options.details ?? {};
  }
}

export const usage = (message: string, hint: string): Failure => new Failure(message, { hint, exitCode: 2 });

/** Any error as a failure that can be shown; an error that nobody foresaw says so. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { message, hint } = (error instanceof Error ? error : {}) as { message?: string; hint?: string };
  return new Failure(message ?? String(error), {
    hint: hint ?? "This was not foreseen; run `run8n doctor`, which checks the whole set-up.",
  });
}
