import { Failure } from "./failure.ts";

/** What a test or a person may set while the stand-in runs. */
export type Settings = {
  requestsPerMinute: number;
  tokensPerMinute: number;
  /** How long each answer takes. */
  latencyMs: number;
  /** Statuses that the next calls are answered with, one each; 0 breaks the connection. */
  failures: number[];
  /** What the chat model does with instructions: follows none, those anywhere but in sources, or any at all. */
  mode: "extract" | "obey-messages" | "obey";
};

export const UNLIMITED: Settings = {
  requestsPerMinute: 10_000_000,
  tokensPerMinute: 10_000_000_000,
  latencyMs: 0,
  failures: [],
  mode: "extract",
};

/** Two buckets that fill up steadily, as OpenAI's do: one of requests, one of tokens. */
export class Limits {
  #levels = { requests: 0, tokens: 0 };
  #at = Date.now();

  constructor(readonly settings: Settings) {
    this.#levels = { requests: settings.requestsPerMinute, tokens: settings.tokensPerMinute };
  }

  /** Takes one request and its tokens, or throws 429 with how long to wait. */
  take(tokens: number): void {
    this.#fill();
    for (const [kind, amount] of [
      ["requests", 1],
      ["tokens", tokens],
    ] as const) {
      const missing = amount - this.#levels[kind];
      if (missing <= 0) continue;
      const waitMs = Math.ceil((missing / this.#perMinute(kind)) * 60_000);
      throw new Failure(
        429,
        `Rate limit reached on ${kind} per min: Limit ${this.#perMinute(kind)}, Requested ${amount}. Please try again in ${waitMs}ms.`,
        { type: kind, code: "rate_limit_exceeded" },
        { "retry-after": String(Math.ceil(waitMs / 1000)), "retry-after-ms": String(waitMs) },
      );
    }
    this.#levels.requests -= 1;
    this.#levels.tokens -= tokens;
  }

  headers(): Record<string, string> {
    this.#fill();
    return Object.fromEntries(
      (["requests", "tokens"] as const).flatMap((kind) => {
        const missing = this.#perMinute(kind) - this.#levels[kind];
        return [
          [`x-ratelimit-limit-${kind}`, String(this.#perMinute(kind))],
          [`x-ratelimit-remaining-${kind}`, String(Math.max(0, Math.floor(this.#levels[kind])))],
          [`x-ratelimit-reset-${kind}`, duration((missing / this.#perMinute(kind)) * 60_000)],
        ];
      }),
    );
  }

  #fill(): void {
    const passed = (Date.now() - this.#at) / 60_000;
    this.#at = Date.now();
    for (const kind of ["requests", "tokens"] as const) {
      this.#levels[kind] = Math.min(this.#perMinute(kind), this.#levels[kind] + passed * this.#perMinute(kind));
    }
  }

  #perMinute(kind: "requests" | "tokens"): number {
    return kind === "requests" ? this.settings.requestsPerMinute : this.settings.tokensPerMinute;
  }
}

/** As OpenAI writes it: `6m0s`, `1.5s`, `20ms`. */
function duration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Number(((ms % 60_000) / 1000).toFixed(3));
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
