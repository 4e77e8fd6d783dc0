import type Stripe from "stripe";
import { InvalidInputError } from "../errors.ts";
import { applyEvent, type EventPorts, type Outcome } from "./apply_event.ts";

/** Takes in an event as the gate handed it on. What it answers is what Stripe's dashboard shows. */
export async function receiveEvent(ports: EventPorts, payload: string): Promise<{ event: string; status: Outcome }> {
  const event = JSON.parse(Buffer.from(payload, "base64").toString("utf8")) as Partial<Stripe.Event> | null;
  if (typeof event?.id !== "string" || typeof event.type !== "string" || typeof event.data?.object !== "object") {
    throw new InvalidInputError("The signed body is not an event of Stripe's", {
      hint: "Send events of the API's v1 format to this route.",
    });
  }
  return { event: event.id, status: await applyEvent(ports, event as Stripe.Event) };
}
