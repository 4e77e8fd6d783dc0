import { ConflictError, InvalidInputError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { request, type StoragePorts, unlessRefused } from "./client.ts";
import { type Setting, settings } from "./storage_settings.ts";

export type BucketRules = {
  /** Whose pages may send files: origins such as `https://shop.example.com`, or with one `*`, `https://*.example.com`. */
  origins: string[];
  /** How long a file that was replaced or deleted can be brought back. */
  keepDeletedDays: number;
};

export type EnsuredBucket = BucketRules & {
  bucket: string;
  /** What had to be put right: `bucket`, `private`, `versions`, `lifecycle`, `cors`. */
  changed: string[];
  status: "created" | "updated" | "unchanged";
};

/** `provideBucket` under a lease of the server's own, with an audit row. */
export const ensureBucket = ({ sql, ...ports }: StoragePorts & { sql: Sql }, rules: BucketRules) =>
  operate({ sql, verb: "infra/storage/ensure_bucket", project: "*", arguments: { ...rules } }, () =>
    provideBucket(ports, rules),
  );

/**
 * Makes the bucket exist, closed to the public, with versions, with rules that let old versions and unfinished uploads
 * go, and with the origins from which browsers may send files. Settings that are as they must be are not written.
 * Throws Conflict when the bucket's name is somebody else's, InvalidInput for rules that make no sense.
 */
export async function provideBucket(ports: StoragePorts, rules: BucketRules): Promise<EnsuredBucket> {
  checkRules(rules);
  const created = await createBucket(ports);
  const changed = created ? ["bucket"] : [];
  for (const setting of settings(rules)) if (await applySetting(ports, setting)) changed.push(setting.name);
  const status = created ? "created" : changed.length > 0 ? "updated" : "unchanged";
  return { bucket: ports.s3.bucket, ...rules, changed, status };
}

async function createBucket(ports: StoragePorts): Promise<boolean> {
  const { bucket } = ports.s3;
  const found = await unlessRefused(["NotFound", "NoSuchBucket"], request(ports, { method: "HEAD" }));
  if (found) return false;
  const made = await unlessRefused(
    ["BucketAlreadyExists", "BucketAlreadyOwnedByYou"],
    request(ports, { method: "PUT", ...locationOf(ports) }),
  );
  if (made) return true;
  // Somebody made it at the same moment. Ours, when we may look into it.
  if (await unlessRefused(["AccessDenied", "NotFound"], request(ports, { method: "HEAD" }))) return false;
  throw new ConflictError(`The bucket name ${bucket} is taken by another account`, {
    hint: "Choose another bucket name in f/infra/storage; names are unique over the whole store.",
    details: { bucket },
  });
}

/** AWS wants to be told the region, of all but its first one; other stores have one region per address. */
function locationOf({ s3: { endPoint, region } }: StoragePorts): { body?: string } {
  if (!endPoint.endsWith(".amazonaws.com") || region === "us-east-1") return {};
  return {
    body: `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
  };
}

/** Puts a setting right that is not; answers whether it had to. */
export async function applySetting(ports: StoragePorts, { query, missing, isRight, write }: Setting): Promise<boolean> {
  const found = await unlessRefused(missing, request(ports, { method: "GET", query }));
  if (found && isRight(found.body)) return false;
  await request(ports, { method: "PUT", query, ...write });
  return true;
}

function checkRules({ origins, keepDeletedDays }: BucketRules): void {
  const sound = /^https?:\/\/(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;
  if (!Array.isArray(origins) || origins.length > 500 || origins.some((origin) => !sound.test(origin))) {
    throw new InvalidInputError('origins must be at most 500 origins such as "https://shop.example.com"', {
      hint: 'A "*" may stand for the first label: "https://*.example.com".',
      details: { argument: "origins" },
    });
  }
  if (!Number.isInteger(keepDeletedDays) || keepDeletedDays < 1 || keepDeletedDays > 3650) {
    throw new InvalidInputError("keepDeletedDays must be a whole number from 1 to 3650", {
      hint: "Leave it out for 30 days.",
      details: { argument: "keepDeletedDays" },
    });
  }
}
