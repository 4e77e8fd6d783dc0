import { InvalidInputError } from "../../errors.ts";
import { describe } from "../../names.ts";
import { webUrl } from "../../web/retrieve.ts";
import { pageLimit } from "../../web/sitemap.ts";

/** A document that comes with the call itself. */
export type GivenDocument = {
  /** Its name within the source, for example a path. */
  id: string;
  /** Its text, or with `base64` its bytes. */
  text?: string;
  base64?: string;
  mediaType?: string;
  title?: string;
  url?: string;
  /** Whose it is, in an index with tenants: the id of a user or an organization. Without one it is everybody's. */
  tenant?: string;
  metadata?: Record<string, string | number | boolean>;
};

/** Where documents come from. */
export type SourceSpec =
  | { kind: "documents"; documents: GivenDocument[] }
  | { kind: "urls"; urls: string[] }
  | { kind: "sitemap"; url: string; maxPages?: number }
  | { kind: "storage"; under?: string }
  | { kind: "table"; table: string; key: string; text: string[]; title?: string; url?: string; tenant?: string };

const MAX_DOCUMENTS = 10_000;
const MAX_URLS = 10_000;
const MAX_ID = 1024;
const NAME = /^[a-z][a-z0-9_-]{0,39}$/;
const COLUMN = /^[a-z_][a-z0-9_]{0,62}$/;

/** The name under which an index knows a source. */
export function sourceName(value: unknown): string {
  if (typeof value === "string" && NAME.test(value)) return value;
  throw invalid(
    "source",
    `Source name must match ${NAME.source}; got ${describe(value)}`,
    'Choose a name such as "docs".',
  );
}

/** The source as it was checked; unknown kinds and fields are refused. Throws InvalidInput. */
export function sourceSpec(value: unknown): SourceSpec {
  const spec = (value ?? {}) as Record<string, unknown>;
  switch (spec.kind) {
    case "documents":
      only(spec, ["kind", "documents"]);
      return { kind: "documents", documents: givenDocuments(spec.documents) };
    case "urls":
      only(spec, ["kind", "urls"]);
      return { kind: "urls", urls: texts("urls", spec.urls, MAX_URLS).map((url) => webUrl(url).href) };
    case "sitemap":
      only(spec, ["kind", "url", "maxPages"]);
      return { kind: "sitemap", url: webUrl(String(spec.url)).href, maxPages: pageLimit(spec.maxPages) };
    case "storage":
      only(spec, ["kind", "under"]);
      return { kind: "storage", ...(spec.under == null ? {} : { under: keyPrefix(spec.under) }) };
    case "table":
      only(spec, ["kind", "table", "key", "text", "title", "url", "tenant"]);
      return {
        kind: "table",
        table: column("table", spec.table),
        key: column("key", spec.key),
        text: texts("text", spec.text, 20).map((one) => column("text", one)),
        ...optionalColumns(spec, ["title", "url", "tenant"]),
      };
    default:
      throw invalid(
        "spec",
        "The kind of a source must be documents, urls, sitemap, storage or table",
        'Pass for example { "kind": "urls", "urls": [...] }.',
      );
  }
}

function givenDocuments(value: unknown): GivenDocument[] {
  if (!Array.isArray(value) || value.length > MAX_DOCUMENTS) {
    throw invalid(
      "documents",
      `documents must be a list of at most ${MAX_DOCUMENTS}`,
      "Split it over several calls with mode add.",
    );
  }
  const documents = value.map(givenDocument);
  if (new Set(documents.map(({ id }) => id)).size < documents.length) {
    throw invalid("documents", "Two documents have the same id", "Give each an id of its own.");
  }
  return documents;
}

function givenDocument(value: unknown): GivenDocument {
  const given = (typeof value === "object" && value !== null ? value : {}) as GivenDocument;
  only(given, ["id", "text", "base64", "mediaType", "title", "url", "tenant", "metadata"]);
  const { id, text, base64 } = given;
  if (typeof id !== "string" || id === "" || id.length > MAX_ID || id.includes("\0")) {
    throw invalid(
      "documents",
      `The id of a document must be a text of 1 to ${MAX_ID} characters`,
      "Pass for example its path.",
    );
  }
  if ((typeof text === "string") === (typeof base64 === "string")) {
    throw invalid("documents", "A document has either text or base64", "Pass one of the two.");
  }
  for (const [name, most] of [
    ["mediaType", 200],
    ["title", 500],
    ["url", 2048],
    ["tenant", 100],
  ] as const) {
    const one = given[name];
    if (one !== undefined && one !== null && (typeof one !== "string" || one.length > most)) {
      throw invalid(
        "documents",
        `${name} of a document must be a text of at most ${most} characters`,
        `Shorten its ${name}.`,
      );
    }
  }
  const texts = Object.entries(given).map(([name, one]) => [name, typeof one === "string" ? storable(one) : one]);
  return { ...Object.fromEntries(texts), ...(given.metadata ? { metadata: metadataOf(given.metadata) } : {}) };
}

/** Without what Postgres does not take: NUL, and halves of characters. */
const storable = (text: string): string => Buffer.from(text.replaceAll("\0", "")).toString();

/** A few plain values to filter by. */
function metadataOf(value: unknown): Record<string, string | number | boolean> {
  const entries = Object.entries((value ?? {}) as object);
  const plain = ([key, one]: [string, unknown]) =>
    COLUMN.test(key) &&
    (typeof one === "number" || typeof one === "boolean" || (typeof one === "string" && one.length <= 500));
  if (entries.length <= 20 && entries.every(plain)) return Object.fromEntries(entries) as Record<string, string>;
  throw invalid(
    "documents",
    "metadata must be at most 20 texts, numbers or truths under snake_case names",
    "Flatten and shorten it.",
  );
}

function only(spec: object, known: string[]): void {
  const unknown = Object.keys(spec).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw invalid("spec", "The source has a field that is not known", `Use only: ${known.join(", ")}.`);
}

function texts(argument: string, value: unknown, most: number): string[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= most && value.every((one) => typeof one === "string"))
    return value;
  throw invalid(argument, `${argument} must be a list of 1 to ${most} texts`, "Pass such a list.");
}

/** What keys go on with after the project's own prefix, which is put before it: nothing else of the bucket is reached. */
function keyPrefix(value: unknown): string {
  if (typeof value === "string" && value.length <= 500 && !/^\/|\p{Cc}/u.test(value)) return value;
  throw invalid(
    "under",
    `under must be a text of at most 500 characters without a slash at its begin; got ${describe(value)}`,
    'Pass for example "handbook/".',
  );
}

function column(argument: string, value: unknown): string {
  if (typeof value === "string" && COLUMN.test(value)) return value;
  throw invalid(
    argument,
    `${argument} must be a name in snake_case; got ${describe(value)}`,
    "Pass the name as Postgres has it.",
  );
}

const optionalColumns = (spec: Record<string, unknown>, names: string[]): Record<string, string> =>
  Object.fromEntries(names.filter((name) => spec[name] != null).map((name) => [name, column(name, spec[name])]));

const invalid = (argument: string, message: string, hint: string): InvalidInputError =>
  new InvalidInputError(message, { hint, details: { argument } });
