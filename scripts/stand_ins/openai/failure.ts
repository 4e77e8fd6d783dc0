/** An error in the shape of OpenAI's API; the status says which kind, the code which one. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly about: { type?: string; code?: string; param?: string } = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

const TYPES: Record<number, string> = {
  401: "invalid_request_error",
  429: "requests",
  500: "server_error",
  501: "not_supported",
};

export function failed({ status, message, about, headers }: Failure, more: Record<string, string> = {}): Response {
  const { type = TYPES[status] ?? "invalid_request_error", code = null, param = null } = about;
  return Response.json({ error: { message, type, param, code } }, { status, headers: { ...more, ...headers } });
}

export const invalid = (message: string, param?: string): Failure => new Failure(400, message, param ? { param } : {});

/** Refuses by name a field that the real service might do something with and the stand-in does not. */
export function refuseUnknown(body: Record<string, unknown>, known: readonly string[]): void {
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined || value === null || known.includes(name)) continue;
    throw new Failure(501, `The openai stand-in does not support the field "${name}"; use a real service for it`, {
      param: name,
    });
  }
}
