/** An error of the service, in the words and with the status that the real one would use. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const wrongInput = (what: string): Refusal => new Refusal(400, `Wrong input: ${what}`);
export const badFormat = (what: string): Refusal => new Refusal(400, `Format error in JSON body: ${what}`);
export const notFound = (what: string): Refusal => new Refusal(404, `Not found: ${what}`);
export const unsupported = (what: string): Refusal =>
  new Refusal(501, `The qdrant stand-in does not support ${what}; use a real Qdrant for it`);

export type Fields = Record<string, unknown>;

/**
 * The object with its known fields; a field that is null counts as left out. Refuses by name what the stand-in does not
 * know, where the real service might do something with it.
 */
export function object(value: unknown, what: string, known: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badFormat(`${what} must be an object`);
  const given = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  for (const [name] of given) if (!known.includes(name)) throw unsupported(`the field "${name}" of ${what}`);
  return Object.fromEntries(given);
}

export function integer(value: unknown, what: string, fallback: number, least = 0): number {
  if (value === undefined) return fallback;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw badFormat(`${what} must be a whole number, ${least} or more`);
}

export function list(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw badFormat(`${what} must be a list`);
}

export function text(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw badFormat(`${what} must be a text`);
}
