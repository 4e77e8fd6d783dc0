import type Stripe from "stripe";
import * as z from "zod";
import { type Due, nextDue } from "../billing/lifecycle.ts";
import { endpoint } from "../http/call.ts";
import { integer, paging, text } from "../http/fields.ts";
import { invalid } from "../http/problem.ts";
import { change, type World } from "../world.ts";

type Clock = Stripe.TestHelpers.TestClock;
const KIND = "test_helpers.test_clock";

export const createClock = endpoint(
  z.strictObject({ frozen_time: integer, name: text.optional() }),
  (world, params) => {
    const now = world.now();
    const clock: Clock = {
      id: world.id("clock"),
      object: KIND,
      created: now,
      deletes_after: now + 30 * 86_400,
      frozen_time: params.frozen_time,
      livemode: false,
      name: params.name ?? null,
      status: "ready",
      status_details: {},
    };
    return world.store.put(clock);
  },
);

/** Moves a clock forward; everything that falls due on the way happens at its own second, in order. */
export const advanceClock = endpoint(
  z.strictObject({ frozen_time: integer }),
  (world, { frozen_time }, { id = "" }) => {
    const clock = world.store.get<Clock>(id, KIND);
    if (frozen_time <= clock.frozen_time) throw invalid("A test clock only moves forward.", "frozen_time");
    const customers = new Set(
      world.store
        .all<Stripe.Customer>("customer")
        .filter(({ test_clock }) => test_clock === id)
        .map((one) => one.id),
    );
    const mine = (one: Stripe.Subscription) => customers.has(one.customer as string);
    passTime(
      world,
      frozen_time,
      mine,
      (at) => void world.store.put({ ...world.store.get<Clock>(id), frozen_time: at }),
    );
    const advanced = change(world, world.store.get<Clock>(id), { frozen_time });
    world.emit("test_helpers.test_clock.ready", advanced);
    return advanced;
  },
);

export const listClocks = endpoint(z.strictObject(paging), (world, page) =>
  world.store.list("/v1/test_helpers/test_clocks", world.store.all<Clock>(KIND), page),
);

/** Takes a clock away with its customers and their subscriptions. */
export const deleteClock = endpoint(z.strictObject({}), (world, _, { id = "" }) => {
  world.store.get(id, KIND);
  for (const customer of world.store.all<Stripe.Customer>("customer")) {
    if (customer.test_clock !== id) continue;
    for (const kind of ["subscription", "invoice", "payment_method", "usage"]) {
      for (const object of world.store.all(kind, customer.id)) world.store.remove(object.id);
    }
    world.store.remove(customer.id);
  }
  world.store.remove(id);
  return { id, object: KIND, deleted: true };
});

/** Lets the time of customers without a test clock pass: what is due by now happens. */
export const passRealTime = (world: World): void =>
  world.store.transaction(() =>
    passTime(
      world,
      world.now(),
      ({ test_clock }) => !test_clock,
      () => undefined,
    ),
  );

function passTime(
  world: World,
  until: number,
  mine: (subscription: Stripe.Subscription) => boolean,
  setTime: (at: number) => void,
): void {
  const dues = new Map<string, Due>();
  const look = (subscription: Stripe.Subscription) => {
    const due = nextDue(world, subscription);
    if (due && due.at <= until) dues.set(subscription.id, due);
    else dues.delete(subscription.id);
  };
  for (const subscription of world.store.all<Stripe.Subscription>("subscription"))
    if (mine(subscription)) look(subscription);
  while (dues.size > 0) {
    let first = "";
    let at = Number.POSITIVE_INFINITY;
    for (const [id, due] of dues) if (due.at < at) [first, at] = [id, due.at];
    setTime(at);
    dues.get(first)!.act(world, world.store.get(first));
    look(world.store.get(first));
  }
}
