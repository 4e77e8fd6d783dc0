import { fail } from "./answers.ts";
import type { Version } from "./store.ts";

/**
 * Goes by `If-Match` and `If-None-Match`, for reads and for writes. Throws what S3 answers when a condition is not met;
 * a read of what the caller has already is no failure.
 */
export function refuseUnlessMet(headers: Headers, version: Version | undefined): "not modified" | undefined {
  const present = version && !version.marker ? version : undefined;
  for (const name of ["if-modified-since", "if-unmodified-since"]) {
    if (headers.has(name)) fail(501, "NotImplemented", `The S3 stand-in does not support ${name}`);
  }
  const wanted = headers.get("if-match");
  if (wanted !== null && !present) fail(404, "NoSuchKey", "The specified key does not exist.");
  if (wanted !== null && !names(wanted, present)) preconditionFailed("If-Match");
  const unwanted = headers.get("if-none-match");
  if (unwanted === null || !present || !names(unwanted, present)) return undefined;
  return unwanted === "*" ? preconditionFailed("If-None-Match") : "not modified";
}

const names = (condition: string, version: Version | undefined): boolean =>
  condition === "*" ||
  condition.split(",").some((etag) => etag.trim().replace(/^(?!")(.*)$/, '"$1"') === version?.etag);

const preconditionFailed = (header: string): never =>
  fail(412, "PreconditionFailed", `At least one of the pre-conditions you specified did not hold: ${header}`);

/** One range of bytes, both ends included; nothing for a request without one. */
export function rangeOf(header: string | null, size: number): { start: number; end: number } | undefined {
  if (header === null) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || start > end) fail(416, "InvalidRange", "The requested range is not satisfiable");
  return { start, end };
}
