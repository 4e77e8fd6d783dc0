import { InvalidInputError } from "./errors.ts";

/** What every list answers: `nextCursor` is there when more follow, and is passed as `cursor` to get them. */
export type Page<T> = { items: T[]; nextCursor?: string };

/** A cursor of a list that is ordered by name; the first page has none. */
export function pageCursor(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value === "string" && /^[a-z][a-z0-9_-]{0,62}$/.test(value)) return value;
  throw new InvalidInputError("The cursor is not one that a page of this list gave", {
    hint: "Pass nextCursor of the page before, or none for the first page.",
    details: { argument: "cursor" },
  });
}

/** How many items a page may have: 1 to 500, 100 unless said otherwise. */
export function pageLimit(value: unknown): number {
  if (value === undefined || value === null) return 100;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 500) return value;
  throw new InvalidInputError("The limit must be a whole number from 1 to 500", {
    hint: "Leave it out for 100.",
    details: { argument: "limit" },
  });
}
