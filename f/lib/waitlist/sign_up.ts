import { emailAddress } from "../email.ts";
import { OperationError, RateLimitedError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import { type RateLimit, rateLimitKey, type SendCommands, takeFromLimits } from "../redis/rate_limit.ts";

export type SignUp = {
  project: string;
  /** Who signs up, as far as limits go. */
  client: string;
  email?: string;
  name?: string;
  /** Where on the page or in a campaign the sign-up came from. */
  source?: string;
  /** A field that people do not see; only a program fills it. */
  website?: string;
};

export type SignUpPorts = {
  connect: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  redis: SendCommands;
};

/** An office behind one address signs up together; a whole project's list grows this fast only under attack. */
const LIMITS = {
  client: { limit: 10, windowSeconds: 600 },
  project: { limit: 120, windowSeconds: 60 },
};

/**
 * Puts an address on a project's waitlist, once. A new address, one that is on the list already and the prey of the
 * honeypot get the same answer, so that nobody can find out who is on the list.
 * Throws InvalidInput for an address that cannot be one, RateLimited, or Upstream when the database does not answer.
 */
export async function signUp(ports: SignUpPorts, signup: SignUp): Promise<{ status: "subscribed" }> {
  const { project, client, name, source, website } = signup;
  const { email, key } = emailAddress(signup.email);
  await limit(ports.redis, [
    { key: rateLimitKey(project, "waitlist", client), ...LIMITS.client },
    { key: rateLimitKey(project, "waitlist", "all"), ...LIMITS.project },
  ]);
  if (website) return { status: "subscribed" };
  await ports.connect((sql) =>
    sql.query(
      `insert into ${identifier(schemaOf(project))}.waitlist_signup (email, email_key, name, source) values ($1, $2, $3, $4)
       on conflict (email_key) do nothing`,
      [email, key, name ?? null, source ?? null],
    ),
  );
  return { status: "subscribed" };
}

/** Without Redis people may still sign up: a lost sign-up is worse than an unlimited minute, and the log tells. */
async function limit(redis: SendCommands, limits: RateLimit[]): Promise<void> {
  try {
    await takeFromLimits(redis, limits);
  } catch (error) {
    if (error instanceof RateLimitedError || !(error instanceof OperationError)) throw error;
    console.warn(`sign-up not counted against the limits: ${error.message}`);
  }
}
