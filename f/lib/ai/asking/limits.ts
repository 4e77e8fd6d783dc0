import { RateLimitedError } from "../../errors.ts";
import { rateLimitKey, type SendCommands, takeFromLimits } from "../../redis/rate_limit.ts";

/** A person types no faster; a whole project's readers together, or its keys, are not so many but under attack. */
const LIMITS = {
  search: { caller: { limit: 60, windowSeconds: 60 }, project: { limit: 1200, windowSeconds: 60 } },
  answer: { caller: { limit: 20, windowSeconds: 60 }, project: { limit: 300, windowSeconds: 60 } },
} as const;

/** Tokens of models a day. */
const BUDGETS = { caller: 200_000, project: 10_000_000 };
const DAY_SECONDS = 24 * 3600;

export type Counted = { project: string; caller: string; now?: Date };

/**
 * Counts a call against the limits of its caller and of the project. What costs money is not done uncounted: without Redis
 * this throws Upstream. Throws RateLimited.
 */
export async function countCall(
  redis: SendCommands,
  what: keyof typeof LIMITS,
  { project, caller }: Counted,
): Promise<void> {
  await takeFromLimits(redis, [
    { key: rateLimitKey(project, `ai_${what}`, caller), ...LIMITS[what].caller },
    { key: rateLimitKey(project, `ai_${what}`, "all"), ...LIMITS[what].project },
  ]);
}

/** Throws RateLimited, until midnight UTC, for a caller or a project that has used up its tokens of the day. */
export async function requireBudget(redis: SendCommands, counted: Counted): Promise<void> {
  const used = await redis(budgetKeys(counted).map(({ key }) => ["GET", key]));
  if (used.every((tokens, at) => Number(tokens ?? 0) < budgetKeys(counted)[at]!.most)) return;
  const now = counted.now ?? new Date();
  const retryAfterSeconds = DAY_SECONDS - (Math.floor(now.getTime() / 1000) % DAY_SECONDS);
  throw new RateLimitedError("The tokens of the day are used up", {
    hint: "Ask again tomorrow (UTC).",
    details: { retryAfterSeconds },
  });
}

/** Takes tokens off the day's budgets. */
export async function spendBudget(redis: SendCommands, counted: Counted, tokens: number): Promise<void> {
  await redis(
    budgetKeys(counted).flatMap(({ key }) => [
      ["INCRBY", key, String(Math.ceil(tokens))],
      ["EXPIRE", key, String(2 * DAY_SECONDS)],
    ]),
  );
}

function budgetKeys({ project, caller, now = new Date() }: Counted): { key: string; most: number }[] {
  const day = now.toISOString().slice(0, 10);
  const key = (of: string) => `run8n:${project}:ai_tokens:${day}:${of}`;
  return [
    { key: key(caller), most: BUDGETS.caller },
    { key: key("all"), most: BUDGETS.project },
  ];
}
