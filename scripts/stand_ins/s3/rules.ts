import { allOf, type Element, textOf } from "../../../f/lib/storage/xml.ts";
import { fail, notImplemented } from "./answers.ts";

const malformed = (): never =>
  fail(400, "MalformedXML", "The XML you provided was not well-formed or did not validate.");

function onlyKnown(element: Element, known: string[]): void {
  const other = element.children.find(({ name }) => !known.includes(name));
  if (other) notImplemented(`${other.name} in ${element.name}`);
}

const days = (element: Element | undefined, name: string): void => {
  if (element && !/^[1-9]\d{0,4}$/.test(textOf(element, name) ?? "")) malformed();
};

/** The part of lifecycle rules that S3 and B2 share: by prefix; expiry, old versions, unfinished uploads. */
export function checkLifecycle(root: Element): void {
  onlyKnown(root, ["Rule"]);
  const ids = root.children.map((rule) => textOf(rule, "ID"));
  if (ids.length === 0 || ids.length > 1000 || new Set(ids).size !== ids.length) malformed();
  for (const rule of root.children) {
    const [noncurrent, abort, expiration] = [
      "NoncurrentVersionExpiration",
      "AbortIncompleteMultipartUpload",
      "Expiration",
    ].map((name) => allOf(rule, name)[0]);
    onlyKnown(rule, [
      "ID",
      "Filter",
      "Status",
      "NoncurrentVersionExpiration",
      "AbortIncompleteMultipartUpload",
      "Expiration",
    ]);
    if (!/^(?:Enabled|Disabled)$/.test(textOf(rule, "Status") ?? "") || !(noncurrent || abort || expiration))
      malformed();
    const filter = allOf(rule, "Filter")[0] ?? malformed();
    onlyKnown(filter, ["Prefix"]);
    days(noncurrent, "NoncurrentDays");
    days(abort, "DaysAfterInitiation");
    if (expiration && textOf(expiration, "ExpiredObjectDeleteMarker") !== "true") days(expiration, "Days");
  }
}

const METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD"];

export function checkCors(root: Element): void {
  onlyKnown(root, ["CORSRule"]);
  if (root.children.length === 0 || root.children.length > 100) malformed();
  for (const rule of root.children) {
    onlyKnown(rule, ["ID", "AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader", "MaxAgeSeconds"]);
    const origins = allOf(rule, "AllowedOrigin");
    const methods = allOf(rule, "AllowedMethod");
    if (origins.length === 0 || methods.length === 0) malformed();
    if (methods.some(({ text }) => !METHODS.includes(text))) {
      fail(400, "InvalidRequest", "Found unsupported HTTP method in CORS config.");
    }
    if (origins.some(({ text }) => text.split("*").length > 2)) {
      fail(400, "InvalidRequest", "AllowedOrigin can not have more than one wildcard.");
    }
  }
}
