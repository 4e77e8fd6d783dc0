import type { Route } from "../gate/admit.ts";
import type { BackTo } from "../gate/answer.ts";
import { textFields } from "../gate/fields.ts";

/** What `POST apps/:project/waitlist/signups` lets in. `website` is the honeypot. */
export const SIGNUP_ROUTE = {
  path: "apps/:project/waitlist/signups",
  maxBytes: 4096,
  accepts: ["json", "form"],
  input: textFields({ email: 254, name: 100, source: 100, website: 200 }),
} satisfies Route<object>;

/** Where a form without a script leads back to: `/?signup=ok#signup-ok`, and so on. */
export const SIGNUP_PAGE: BackTo = {
  path: "/",
  name: "signup",
  outcomes: { 200: "ok", 400: "invalid", 413: "invalid", 429: "busy", 500: "failed", 502: "failed", 504: "failed" },
};
