import { InvalidInputError } from "../errors.ts";
import { describe, schemaOf } from "../names.ts";

/** The name of a collection within its project: no two underscores in a row, which is what stands before it. */
export const COLLECTION_NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
export const MAX_LENGTH = 40;

/** Returns the name, or throws InvalidInput. */
export function collectionName(value: unknown): string {
  if (typeof value === "string" && value.length <= MAX_LENGTH && COLLECTION_NAME.test(value)) return value;
  throw new InvalidInputError(
    `Collection name must be 1 to ${MAX_LENGTH} characters of a-z, 0-9 and single "_", starting with a letter; got ${describe(value)}`,
    { hint: 'Choose a name such as "docs".', details: { argument: "collection" } },
  );
}

/** What a project's collection is called in Qdrant, where all projects are side by side: `shop__docs`. */
export const qdrantName = (project: string, collection: string): string =>
  `${prefixOf(project)}${collectionName(collection)}`;

export const prefixOf = (project: string): string => `${schemaOf(project)}__`;

/** The project's own name of a collection, or nothing when it is somebody else's. */
export function ownName(project: string, name: string): string | undefined {
  const rest = name.startsWith(prefixOf(project)) ? name.slice(prefixOf(project).length) : "";
  return COLLECTION_NAME.test(rest) && rest.length <= MAX_LENGTH ? rest : undefined;
}
