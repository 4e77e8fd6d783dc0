import type Stripe from "stripe";
import * as z from "zod";
import { endpoint } from "../http/call.ts";
import { paging, range, text } from "../http/fields.ts";
import { within } from "../objects/subscriptions.ts";
import type { Stored } from "../store/store.ts";
import type { World } from "../world.ts";

/** Writes down what happened, with the object as it was then, and queues it for every endpoint that wants it. */
export function emit(
  world: Pick<World, "store" | "id" | "apiVersion" | "now">,
  type: string,
  object: Stored,
  previous?: object,
): void {
  const customer = object.object === "customer" ? object.id : object.customer;
  const wanting = world.store
    .all<Stripe.WebhookEndpoint>("webhook_endpoint")
    .filter(
      ({ status, enabled_events: wanted }) => status === "enabled" && (wanted.includes("*") || wanted.includes(type)),
    );
  const event = {
    id: world.id("evt"),
    object: "event" as const,
    api_version: world.apiVersion,
    created: world.now(typeof customer === "string" ? customer : null),
    data: { object, ...(previous ? { previous_attributes: previous } : {}) },
    livemode: false,
    pending_webhooks: wanting.length,
    request: { id: null, idempotency_key: null },
    type,
  };
  world.store.put(event);
  for (const { id } of wanting) {
    world.store.database
      .query("insert into delivery (event, endpoint, due) values (?, ?, ?)")
      .run(event.id, id, Date.now());
  }
}

export const listEvents = endpoint(
  z.strictObject({
    ...paging,
    type: text.optional(),
    types: z.array(text).max(20).optional(),
    created: range.optional(),
  }),
  (world, { type, types, created, ...page }) => {
    const found = world.store
      .all<Stripe.Event>("event")
      .filter(
        (one) => (!type || one.type === type) && (!types || types.includes(one.type)) && within(one.created, created),
      );
    return world.store.list("/v1/events", found, page);
  },
);
