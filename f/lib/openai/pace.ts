/** What a service lets us do per minute, as its headers tell, and how much of it is left. */
type Bucket = { perMinute: number; left: number; at: number };

export type Clock = { now: () => number; sleep: (ms: number) => Promise<void> };

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Keeps many calls at once within a service's limits. Each call says beforehand how many tokens it takes and waits its
 * turn; each answer's headers correct what we believe is left, since others use the same account.
 */
export class Pace {
  #requests: Bucket | undefined;
  #tokens: Bucket | undefined;
  #closedUntil = 0;

  constructor(readonly clock: Clock = realClock) {}

  /** Waits until a call of so many tokens is within the limits, and counts it. */
  async enter(tokens: number): Promise<void> {
    for (;;) {
      const wait = Math.max(
        this.#closedUntil - this.clock.now(),
        this.#shortage(this.#requests, 1),
        this.#shortage(this.#tokens, tokens),
      );
      if (wait <= 0) break;
      await this.clock.sleep(Math.ceil(wait));
    }
    if (this.#requests) this.#requests.left -= 1;
    if (this.#tokens) this.#tokens.left -= tokens;
  }

  /** Takes note of what an answer says is left. */
  learn(headers: Headers): void {
    this.#requests = this.#corrected(this.#requests, headers, "requests");
    this.#tokens = this.#corrected(this.#tokens, headers, "tokens");
  }

  /** Lets nobody in for a while. */
  close(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.clock.now() + ms);
  }

  #corrected(known: Bucket | undefined, headers: Headers, kind: string): Bucket | undefined {
    const perMinute = numberOf(headers.get(`x-ratelimit-limit-${kind}`));
    const left = numberOf(headers.get(`x-ratelimit-remaining-${kind}`));
    if (!perMinute || left === undefined) return known;
    const believed = known ? this.#filled(known) : Number.POSITIVE_INFINITY;
    return { perMinute, left: Math.min(believed, left), at: this.clock.now() };
  }

  /** Milliseconds until there is enough; a call larger than the whole limit waits until the bucket is full. */
  #shortage(bucket: Bucket | undefined, amount: number): number {
    if (!bucket) return 0;
    bucket.left = this.#filled(bucket);
    bucket.at = this.clock.now();
    return ((Math.min(amount, bucket.perMinute) - bucket.left) / bucket.perMinute) * 60_000;
  }

  #filled({ perMinute, left, at }: Bucket): number {
    return Math.min(perMinute, left + ((this.clock.now() - at) / 60_000) * perMinute);
  }
}

/** How long an answer asks to wait: `retry-after-ms`, or `retry-after` as seconds or as a date. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const ms = numberOf(headers.get("retry-after-ms"));
  if (ms !== undefined) return ms;
  const after = headers.get("retry-after");
  const seconds = numberOf(after);
  if (seconds !== undefined) return seconds * 1000;
  const date = after ? Date.parse(after) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
