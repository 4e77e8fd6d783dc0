import { createHmac } from "node:crypto";
import type Stripe from "stripe";
import type { Store } from "../store/store.ts";

/** How events travel: what a real network does now and then, on demand. */
export type Weather = {
  /** The share of deliveries that arrive a second time, 0 to 1. */
  duplicates: number;
  /** Whether they go out in any order. */
  shuffle: boolean;
  /** How many are on their way at once. */
  parallel: number;
  /** Whether all of them wait. */
  hold: boolean;
  /** Seconds until a failed one comes again, by attempt; after the last it is given up. */
  retrySeconds: number[];
};

export const FAIR: Weather = {
  duplicates: 0,
  shuffle: false,
  parallel: 4,
  hold: false,
  retrySeconds: [0.2, 1, 5, 30, 300],
};

type Row = { seq: number; event: string; endpoint: string; attempts: number };
export type Tally = { pending: number; delivered: number; failed: number; dropped: number };

const TIMEOUT_MS = 20_000;
/** Among how many of the oldest a shuffled delivery is drawn. */
const SHUFFLED = 512;
const IDLE_MS = 20;

/** Takes queued events to their endpoints, signed, until they are answered with 2xx. */
export class Deliveries {
  weather: Weather = FAIR;
  private readonly store: Store;
  private readonly underway = new Set<number>();
  private readonly timer: Timer;

  constructor(store: Store) {
    this.store = store;
    this.timer = setInterval(() => this.send(), IDLE_MS);
  }

  stop = (): void => clearInterval(this.timer);

  tally(): Tally {
    const rows = this.store.database
      .query<{ state: keyof Tally; count: number }, []>("select state, count(*) as count from delivery group by state")
      .all();
    const counts = Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    return { pending: 0, delivered: 0, failed: 0, dropped: 0, ...counts };
  }

  private send(): void {
    const { hold, parallel, shuffle } = this.weather;
    const free = parallel - this.underway.size;
    if (hold || free <= 0) return;
    const due = this.store.database
      .query<Row, [number, number]>(
        "select seq, event, endpoint, attempts from delivery where state = 'pending' and due <= ? order by seq limit ?",
      )
      .all(Date.now(), shuffle ? SHUFFLED : parallel);
    const rows = shuffle ? shuffled(due) : due;
    for (const row of rows.filter(({ seq }) => !this.underway.has(seq)).slice(0, free)) {
      this.underway.add(row.seq);
      // A duplicate is a second delivery on its way at the same time, as after a timeout that was none.
      const copies = Math.random() < this.weather.duplicates ? 2 : 1;
      void Promise.all(Array.from({ length: copies }, () => this.post(row))).then((answers) =>
        this.conclude(row, answers.some(Boolean)),
      );
    }
  }

  private async post({ event, endpoint }: Row): Promise<boolean> {
    const to = this.store.find<Stripe.WebhookEndpoint>(endpoint);
    const secret = this.store.memo<{ secret: string }>(endpoint)?.secret;
    if (!to || !secret) return true;
    const body = JSON.stringify(this.store.get<Stripe.Event>(event));
    const at = Math.floor(Date.now() / 1000);
    const signature = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
    try {
      const { url, host } = addressOf(to.url);
      const answer = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "stripe-signature": `t=${at},v1=${signature}`,
          host,
          "user-agent": "Stripe/1.0 (stand-in)",
        },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false; // no answer at all counts as every other failure: it comes again
    }
  }

  private conclude({ seq, event, attempts }: Row, ok: boolean): void {
    this.underway.delete(seq);
    const wait = this.weather.retrySeconds[attempts];
    const state = ok ? "delivered" : wait === undefined ? "failed" : "pending";
    const due = Date.now() + (wait ?? 0) * 1000;
    this.store.transaction(() => {
      this.store.database
        .query("update delivery set state = ?, due = ?, attempts = attempts + 1 where seq = ? and state = 'pending'")
        .run(state, due, seq);
      const found = this.store.find<Stripe.Event>(event);
      if (ok && found) this.store.put({ ...found, pending_webhooks: Math.max(0, found.pending_webhooks - 1) });
    });
    this.send();
  }
}

function shuffled<T>(items: T[]): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [items[at], items[other]] = [items[other]!, items[at]!];
  }
  return items;
}

/** Names below `localhost` are this machine, which its resolver may not know. */
function addressOf(url: string): { url: string; host: string } {
  const to = new URL(url);
  const { host } = to;
  if (to.hostname.endsWith(".localhost")) to.hostname = "127.0.0.1";
  return { url: to.href, host };
}
