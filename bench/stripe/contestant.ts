import type { PostgresqlValue } from "../../f/lib/resources.ts";

/** What a contestant's process is told. */
export type Setting = {
  db: PostgresqlValue;
  stripeUrl: string;
  stripeKey: string;
  secret: string;
  project: string;
  schema: string;
};

/** Takes in one delivery; throws when it wants it again. */
export type Take = (body: string, signature: string) => Promise<void>;

/** A contestant opens what it needs once, as a server would, and then takes deliveries. */
export type Contestant = (setting: Setting) => Promise<Take>;
