import type { BucketRules } from "./bucket.ts";
import { allOf, type Element, element, readXml, textOf, xmlDocument } from "./xml.ts";

/** A setting of the bucket: how it is read, how it is judged, how it is written. */
export type Setting = {
  name: string;
  query: Record<string, string>;
  /** What S3 calls it when there is none. */
  missing: string[];
  isRight: (body: string) => boolean;
  write: { headers?: Record<string, string>; body?: string };
};

const UNFINISHED_DAYS = 2;
const RULE = "run8n";

export const settings = (rules: BucketRules): Setting[] => [
  {
    name: "private",
    query: { acl: "" },
    missing: [],
    isRight: (body) => !/<URI>[^<]*\/(?:AllUsers|AuthenticatedUsers)<\/URI>/.test(body),
    write: { headers: { "x-amz-acl": "private" } },
  },
  {
    // Backblaze B2 has versions always, and no call to turn them on.
    name: "versions",
    query: { versioning: "" },
    missing: [],
    isRight: (body) => textOf(readXml(body), "Status") === "Enabled",
    write: { body: xmlDocument("VersioningConfiguration", [element("Status", "Enabled")]) },
  },
  compared("lifecycle", ["NoSuchLifecycleConfiguration"], lifecycle(rules), lifecycleIn),
  ...(rules.origins.length > 0 ? [corsSetting(rules.origins)] : []),
];

/** From which origins browsers may send files. */
export const corsSetting = (origins: string[]): Setting =>
  compared("cors", ["NoSuchCORSConfiguration"], cors(origins), corsIn);

/** A document that is right when it says what ours would: stores put it into their own words and order. */
function compared(name: string, missing: string[], body: string, essence: (root: Element) => unknown): Setting {
  const wanted = JSON.stringify(essence(readXml(body)));
  return {
    name,
    query: { [name]: "" },
    missing,
    isRight: (found) => JSON.stringify(essence(readXml(found))) === wanted,
    write: { body },
  };
}

/** Whatever lies in the bucket is ours, so one rule is for all of it. */
function lifecycle({ keepDeletedDays }: BucketRules): string {
  return xmlDocument("LifecycleConfiguration", [
    element("Rule", [
      element("ID", RULE),
      element("Filter", [element("Prefix", "")]),
      element("Status", "Enabled"),
      element("NoncurrentVersionExpiration", [element("NoncurrentDays", keepDeletedDays)]),
      element("AbortIncompleteMultipartUpload", [element("DaysAfterInitiation", UNFINISHED_DAYS)]),
    ]),
  ]);
}

const lifecycleIn = (root: Element): unknown =>
  allOf(root, "Rule").map((rule) => {
    const within = (name: string, child: string) => allOf(rule, name).map((one) => textOf(one, child))[0];
    return [
      within("Filter", "Prefix") ?? textOf(rule, "Prefix") ?? "",
      textOf(rule, "Status"),
      within("NoncurrentVersionExpiration", "NoncurrentDays"),
      within("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),
      within("Expiration", "Days"),
    ];
  });

/** Pages send files and read the ETag of each part; what they may do with a file says the URL that they were given. */
function cors(origins: string[]): string {
  return xmlDocument("CORSConfiguration", [
    element("CORSRule", [
      ...[...origins].sort().map((origin) => element("AllowedOrigin", origin)),
      ...["GET", "HEAD", "POST", "PUT"].map((method) => element("AllowedMethod", method)),
      ...["content-type", "content-disposition", "range"].map((name) => element("AllowedHeader", name)),
      element("ExposeHeader", "ETag"),
      element("MaxAgeSeconds", 3600),
    ]),
  ]);
}

const corsIn = (root: Element): unknown =>
  allOf(root, "CORSRule").map((rule) =>
    ["AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader", "MaxAgeSeconds"].map((name) =>
      allOf(rule, name)
        .map(({ text }) => text.toLowerCase())
        .sort(),
    ),
  );
