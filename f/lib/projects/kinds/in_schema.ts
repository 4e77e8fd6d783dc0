import type { Kind } from "./kind.ts";

/** For kinds that are tables: they are locked, listed and dropped with the schema that they lie in. */
export const inSchema: Pick<Kind, "list"> = {
  list: async () => [],
};
