import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { type SiteListing, sha256 } from "./listing.ts";

/** What is known of a release before it is anywhere: the same files, served alike, always make the same one. */
export type Release = { id: string; contentHash: string; files: number; sizeBytes: number };

/** What is kept beside a release; sizes in bytes, times in ISO 8601. */
export type ReleaseMeta = Release & { createdAt: string; by: string };

const ID_LENGTH = 16;

/** Names a release by its paths, contents and settings. */
export function releaseOf({ entries, settings }: SiteListing): Release {
  const lines = entries.map((entry) => `${entry.sha256} ${entry.path}\n`).sort();
  const isUsual = Object.keys(settings).length === 0;
  const contentHash = sha256([...lines, isUsual ? "" : `settings ${JSON.stringify(settings)}\n`].join(""));
  const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  return { id: contentHash.slice(0, ID_LENGTH), contentHash, files: entries.length, sizeBytes };
}

/** Judges a release's id that a caller sent. */
export function releaseId(value: unknown): string {
  if (isReleaseId(value)) return value;
  throw new InvalidInputError(`A release's id is ${ID_LENGTH} characters of 0-9 and a-f; got ${describe(value)}`, {
    hint: "Take it from list_releases.",
    details: { argument: "release" },
  });
}

export const isReleaseId = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{16}$/.test(value);

const EPOCH_SECONDS = 1_000_000_000;
const SPAN_SECONDS = 2 ** 29; // up to 2018: a time in the future would confuse caches

/**
 * The time that a file of a site bears: one that follows from its content's SHA-256. Caddy makes a file's ETag of its time and
 * size, so a browser's copy stays good across releases exactly as long as the content is the same, also when two
 * releases are made within a second.
 */
export const timeOf = (hash: string): Date =>
  new Date((EPOCH_SECONDS + (Number.parseInt(hash.slice(0, 8), 16) % SPAN_SECONDS)) * 1000);
