/**
 * Every script with its parameter names, so that a flow's step is checked against the script it names. Derived from f/ by
 * `npm run flows`.
 */
// biome-ignore format: one line per script
export type Signatures = {
  "f/api/waitlist/create_signup": [typeof import("../../f/api/waitlist/create_signup.ts").main, ["project", "input", "caller", "refusal"]];
  "f/infra/waitlist/ensure_waitlist": [typeof import("../../f/infra/waitlist/ensure_waitlist.ts").main, ["project", "db"]];
};
