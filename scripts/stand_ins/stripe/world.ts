import { randomBytes } from "node:crypto";
import type Stripe from "stripe";
import type { Store, Stored } from "./store/store.ts";

/** What every part of the stand-in works on. */
export type World = {
  store: Store;
  /** Where a browser finds the hosted pages. */
  url: string;
  secretKey: string;
  apiVersion: string;
  id: (prefix: string) => string;
  /** Unix seconds: the customer's test clock when it has one, else this machine's time. */
  now: (customer?: Stripe.Customer | string | null) => number;
  /** Writes an event of what happened and queues it for every endpoint that wants it. */
  emit: (type: string, object: Stored, previous?: object) => void;
};

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export const newId = (prefix: string): string =>
  `${prefix}_${[...randomBytes(24)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("")}`;

export const clockOf =
  (store: Store): World["now"] =>
  (customer) => {
    const found = typeof customer === "string" ? store.find<Stripe.Customer>(customer) : customer;
    const clock = found?.test_clock;
    if (typeof clock === "string") return store.get<Stripe.TestHelpers.TestClock>(clock).frozen_time;
    return Math.floor(Date.now() / 1000);
  };

/** Stores the changed object and tells of it when it differs from what was there. */
export function change<T extends Stored>(world: World, before: T, changes: Partial<T>, type?: string): T {
  const after = world.store.put({ ...before, ...changes });
  const previous = Object.fromEntries(
    Object.keys(changes)
      .filter((key) => JSON.stringify(before[key as keyof T]) !== JSON.stringify(after[key as keyof T]))
      .map((key) => [key, before[key as keyof T] ?? null]),
  );
  if (type && Object.keys(previous).length > 0) world.emit(type, after, previous);
  return after;
}
