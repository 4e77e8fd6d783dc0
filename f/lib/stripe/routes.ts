import { InvalidInputError } from "../errors.ts";
import type { Route } from "../gate/admit.ts";
import { textFields } from "../gate/fields.ts";
import { member } from "../gotrue/guard.ts";
import { describe } from "../names.ts";
import { INTERVALS } from "./catalog/intervals.ts";
import { acceptance, type PlanChange } from "./change_plan_input.ts";
import { ENDINGS, type Ending } from "./endings.ts";

/** Everything here is about one organization, which the path names; the guard has checked that the caller belongs to it. */
type Organization = { organization: string };
type Billed<Input extends object> = Route<
  Input & Organization,
  { id: string; email: string; organization: string; role: string }
>;

const BILLING = "apps/:project/organizations/:organization/billing";
const MAX_BYTES = 1024;
const MAX_PATH = 200;
const organizationOf = ({ organization = "" }: Record<string, string>): Organization => ({ organization });

export const SUBSCRIPTION_ROUTE: Billed<object> = {
  path: BILLING,
  maxBytes: 0,
  accepts: [],
  input: (_, parameters) => organizationOf(parameters),
  who: member("member"),
};

export const CHECKOUT_ROUTE: Billed<{ plan: string; interval: string; returnPath: string }> = {
  path: `${BILLING}/checkout`,
  maxBytes: MAX_BYTES,
  accepts: ["json"],
  input: (body, parameters) => {
    const { returnPath, ...plan } = textFields({ ...PLAN, returnPath: MAX_PATH })(body);
    return { ...planOf(plan), returnPath: pathOf(returnPath), ...organizationOf(parameters) };
  },
  who: member("admin"),
};

export const PORTAL_ROUTE: Billed<{ returnPath: string }> = {
  path: `${BILLING}/portal`,
  maxBytes: MAX_BYTES,
  accepts: ["json"],
  input: (body, parameters) => {
    const { returnPath } = textFields({ returnPath: MAX_PATH })(body);
    return { returnPath: pathOf(returnPath), ...organizationOf(parameters) };
  },
  who: member("admin"),
};

export const CANCEL_ROUTE: Billed<{ ending: Ending }> = {
  path: `${BILLING}/cancel`,
  maxBytes: MAX_BYTES,
  accepts: ["json"],
  input: (body, parameters) => {
    const { ending = "period_end" } = textFields({ ending: 10 })(body);
    return { ending: oneOf(ENDINGS, "ending", ending), ...organizationOf(parameters) };
  },
  who: member("admin"),
};

export const PLAN_ROUTE: Billed<{ plan: string; interval: string; accept?: PlanChange["accept"] }> = {
  path: `${BILLING}/plan`,
  maxBytes: MAX_BYTES,
  accepts: ["json"],
  input: ({ accept, ...body }, parameters) => {
    const accepted = acceptance(accept);
    return {
      ...planOf(textFields(PLAN)(body)),
      ...(accepted ? { accept: accepted } : {}),
      ...organizationOf(parameters),
    };
  },
  who: member("admin"),
};

export const USAGE_ROUTE: Billed<{ id: string; meter: string; quantity: number }> = {
  path: `${BILLING}/usage`,
  maxBytes: MAX_BYTES,
  accepts: ["json"],
  input: ({ quantity, ...body }, parameters) => {
    const { id, meter } = textFields({ id: 100, meter: 40 })(body);
    if (!id || !meter || !Number.isSafeInteger(quantity) || (quantity as number) < 1) {
      throw new InvalidInputError("Usage needs an id, a meter and a quantity that is a whole number of 1 or more", {
        hint: 'Send { "id": "<yours, once per use>", "meter": "...", "quantity": 1 }.',
      });
    }
    return { id, meter, quantity: quantity as number, ...organizationOf(parameters) };
  },
  who: member("member"),
};

const PLAN = { plan: 40, interval: 10 };

function planOf({ plan, interval = "month" }: { plan?: string; interval?: string }): {
  plan: string;
  interval: string;
} {
  if (plan && /^[a-z][a-z0-9_]*$/.test(plan)) return { plan, interval: oneOf(INTERVALS, "interval", interval) };
  throw new InvalidInputError(`plan must be the key of a plan; got ${describe(plan)}`, {
    hint: "Send one that the project's run8n.json lists under billing.",
    details: { argument: "plan" },
  });
}

function oneOf<T extends string>(values: readonly T[], name: string, value: string): T {
  const found = values.find((one) => one === value);
  if (found) return found;
  throw new InvalidInputError(`${name} must be one of ${values.join(", ")}; got ${describe(value)}`, {
    hint: `Send one of these as ${name}.`,
    details: { argument: name },
  });
}

/** A page of the project's own site: nobody is sent anywhere else from a page of Stripe's. */
function pathOf(path = "/"): string {
  if (/^\/(?:[\w.~-]+\/)*[\w.~-]*$/.test(path)) return path;
  throw new InvalidInputError(`returnPath must be a path on the project's site; got ${describe(path)}`, {
    hint: 'Send one such as "/billing.html", or leave it out.',
    details: { argument: "returnPath" },
  });
}
