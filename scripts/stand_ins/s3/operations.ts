import { BUCKET_OPERATIONS } from "./buckets.ts";
import type { Call, Operation } from "./call.ts";
import { CONFIGURATION_OPERATIONS } from "./configurations.ts";
import { DELETE_OPERATIONS } from "./deletes.ts";
import { LIST_OPERATIONS } from "./listings.ts";
import { MULTIPART_OPERATIONS } from "./multipart.ts";
import { OBJECT_OPERATIONS } from "./objects.ts";

const OPERATIONS: Operation[] = [
  ...BUCKET_OPERATIONS,
  ...CONFIGURATION_OPERATIONS,
  ...LIST_OPERATIONS,
  ...OBJECT_OPERATIONS,
  ...DELETE_OPERATIONS,
  ...MULTIPART_OPERATIONS,
];

/** The operation that a call asks for: of those that fit, the one that needs most of its query. */
export function operationOf({ method, bucket, key, query }: Pick<Call, "method" | "bucket" | "key" | "query">) {
  const target = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  return OPERATIONS.filter(
    (one) => one.method === method && one.target === target && (one.needs ?? []).every((name) => query.has(name)),
  ).sort((a, b) => (b.needs?.length ?? 0) - (a.needs?.length ?? 0))[0];
}
