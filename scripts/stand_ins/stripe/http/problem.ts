/** An answer that Stripe words as an error; thrown by whatever finds it out. */
export class Problem extends Error {
  readonly status: number;
  readonly body: { type: string; code?: string; param?: string; decline_code?: string; message: string };

  constructor(
    status: number,
    type: string,
    message: string,
    more: { code?: string; param?: string; decline_code?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.body = { type, message, ...more };
  }
}

export const invalid = (message: string, param?: string, code?: string): Problem =>
  new Problem(400, "invalid_request_error", message, { ...(param ? { param } : {}), ...(code ? { code } : {}) });

export const missing = (kind: string, id: string, param = "id"): Problem =>
  new Problem(404, "invalid_request_error", `No such ${kind}: '${id}'`, { code: "resource_missing", param });

export const declined = (message = "Your card was declined."): Problem =>
  new Problem(402, "card_error", message, { code: "card_declined", decline_code: "generic_decline" });

/** What the stand-in does not do is refused by name, never half done. */
export const unsupported = (what: string): Problem =>
  new Problem(501, "api_error", `The stripe stand-in does not support ${what}`);

export const problemResponse = (problem: Problem, headers: Record<string, string> = {}): Response =>
  Response.json({ error: problem.body }, { status: problem.status, headers });
