import type Stripe from "stripe";
import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { applyEvent, type EventPorts, type Outcome } from "./apply_event.ts";
import { asking } from "./client.ts";
import { EVENTS } from "./webhook_endpoint.ts";

export type Replayed = { since: string; seen: number; outcomes: Record<Outcome, number>; recovered: string[] };

/** Stripe forgets events after 30 days. */
const MOST_HOURS = 720;
/** How many recovered ids are listed; `outcomes.applied` counts all of them. */
const LISTED = 100;

/**
 * Takes in every event of the last hours that has not arrived, oldest first, as if Stripe had sent it now; those that have
 * arrived stay as they are. Run it after an outage, or let its schedule do so.
 */
export async function replayEvents(
  ports: EventPorts,
  { hours }: { hours: number },
  now = Date.now(),
): Promise<Replayed> {
  if (!(hours > 0 && hours <= MOST_HOURS)) {
    throw new InvalidInputError(`hours must be a number above 0, at most ${MOST_HOURS}; got ${describe(hours)}`, {
      hint: "Leave it out for 24 hours; Stripe keeps events for 30 days.",
      details: { argument: "hours" },
    });
  }
  const since = Math.floor(now / 1000 - hours * 3600);
  const events = await asking("list events", async () => {
    const found: Stripe.Event[] = [];
    for await (const event of ports.stripe.events.list({ types: [...EVENTS], created: { gte: since }, limit: 100 }))
      found.push(event);
    return found.reverse();
  });
  const outcomes: Record<Outcome, number> = { applied: 0, kept: 0, duplicate: 0, ignored: 0 };
  const recovered: string[] = [];
  for (const event of events) {
    const outcome = await applyEvent(ports, event);
    outcomes[outcome] += 1;
    if ((outcome === "applied" || outcome === "kept") && recovered.length < LISTED) recovered.push(event.id);
  }
  return { since: new Date(since * 1000).toISOString(), seen: events.length, outcomes, recovered };
}
