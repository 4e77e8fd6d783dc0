import type Stripe from "stripe";
import * as z from "zod";
import { endpoint } from "../http/call.ts";
import { integer, paging, text } from "../http/fields.ts";
import { invalid } from "../http/problem.ts";
import type { World } from "../world.ts";

/** Usage of one customer that a meter has counted. */
type Usage = {
  id: string;
  object: "usage";
  created: number;
  customer: string;
  meter: string;
  value: number;
  timestamp: number;
};

const DAY = 86_400;

export const createMeter = endpoint(
  z.strictObject({
    display_name: text,
    event_name: text.max(100),
    default_aggregation: z.strictObject({ formula: z.literal("sum") }),
    customer_mapping: z.strictObject({ type: z.literal("by_id"), event_payload_key: text }).optional(),
    value_settings: z.strictObject({ event_payload_key: text }).optional(),
  }),
  (world, params) => {
    if (meters(world).some((one) => one.status === "active" && one.event_name === params.event_name)) {
      throw invalid(`There is already an active meter with event_name ${params.event_name}.`, "event_name");
    }
    const now = world.now();
    const meter: Stripe.Billing.Meter = {
      id: world.id("mtr"),
      object: "billing.meter",
      created: now,
      customer_mapping: params.customer_mapping ?? { type: "by_id", event_payload_key: "stripe_customer_id" },
      default_aggregation: params.default_aggregation,
      display_name: params.display_name,
      event_name: params.event_name,
      event_time_window: null,
      livemode: false,
      status: "active",
      status_transitions: { deactivated_at: null },
      updated: now,
      value_settings: params.value_settings ?? { event_payload_key: "value" },
    };
    return world.store.put(meter);
  },
);

export const listMeters = endpoint(
  z.strictObject({ ...paging, status: z.enum(["active", "inactive"]).optional() }),
  (world, { status, ...page }) =>
    world.store.list(
      "/v1/billing/meters",
      meters(world).filter((one) => !status || one.status === status),
      page,
    ),
);

export const createMeterEvent = endpoint(
  z.strictObject({
    event_name: text,
    identifier: text.max(100).optional(),
    payload: z.record(z.string(), z.string()),
    timestamp: integer.optional(),
  }),
  (world, { event_name, payload, identifier = world.id("mev"), timestamp }) => {
    const meter = meters(world).find((one) => one.status === "active" && one.event_name === event_name);
    if (!meter) throw invalid(`No active meter found for event_name ${event_name}.`, "event_name");
    const customer = world.store.get<Stripe.Customer>(
      payload[meter.customer_mapping.event_payload_key] ?? "",
      "customer",
    );
    const value = Number(payload[meter.value_settings.event_payload_key]);
    if (!Number.isFinite(value)) throw invalid("The value of a meter event must be a number.", "payload");
    if (world.store.find(`usage_${identifier}`)) {
      throw invalid(`An event already exists with identifier ${identifier}.`, "identifier", "resource_already_exists");
    }
    const now = world.now(customer);
    const at = timestamp ?? now;
    if (at < now - 35 * DAY || at > now + 300) {
      throw invalid("The timestamp must be within the past 35 days and not in the future.", "timestamp");
    }
    world.store.put<Usage>({
      id: `usage_${identifier}`,
      object: "usage",
      created: now,
      customer: customer.id,
      meter: meter.id,
      value,
      timestamp: at,
    });
    return {
      object: "billing.meter_event",
      created: now,
      event_name,
      identifier,
      livemode: false,
      payload,
      timestamp: at,
    };
  },
);

export const listSummaries = endpoint(
  z.strictObject({ ...paging, customer: text, start_time: integer, end_time: integer }),
  (world, { customer, start_time, end_time, ...page }, { id = "" }) => {
    world.store.get(id, "billing.meter");
    const summary: Stripe.Billing.MeterEventSummary = {
      id: world.id("mtrusg"),
      object: "billing.meter_event_summary",
      aggregated_value: usage(world, id, customer, start_time, end_time),
      end_time,
      livemode: false,
      meter: id,
      start_time,
    };
    return world.store.list(`/v1/billing/meters/${id}/event_summaries`, [{ ...summary, created: end_time }], page);
  },
);

/** What a customer used from one second to before another. */
export const usage = (world: World, meter: string, customer: string, from: number, to: number): number =>
  world.store
    .all<Usage>("usage", customer)
    .filter((one) => one.meter === meter && one.timestamp >= from && one.timestamp < to)
    .reduce((sum, { value }) => sum + value, 0);

const meters = (world: World): Stripe.Billing.Meter[] => world.store.all("billing.meter");
