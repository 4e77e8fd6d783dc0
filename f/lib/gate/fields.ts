import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";

/**
 * The check of a flat body: declared fields only, each a text of at most so many characters; white space around it is
 * cut, an empty one counts as absent. Whether a field makes sense is for the library that the route calls.
 *
 * Written out because a route's process starts with every call: a schema library costs 5 to 15 ms of that start. A route
 * with a nested body passes a schema of "zod/mini" as its `input` instead.
 */
export function textFields<Name extends string>(maxLengths: Record<Name, number>) {
  const names = Object.keys(maxLengths) as Name[];
  return (body: Record<string, unknown>): Partial<Record<Name, string>> => {
    if (Object.keys(body).some((key) => !Object.hasOwn(maxLengths, key))) {
      throw new InvalidInputError("Body has a field that this route does not know", {
        hint: `Send only: ${names.join(", ")}.`,
      });
    }
    const fields: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = body[name];
      if (value === undefined) continue;
      if (typeof value !== "string" || value.trim().length > maxLengths[name]) {
        throw new InvalidInputError(
          `${name} must be a text of at most ${maxLengths[name]} characters; got ${describe(value)}`,
          { hint: `Send a shorter ${name}, as text.` },
        );
      }
      if (value.trim()) fields[name] = value.trim();
    }
    return fields;
  };
}
