import { isHanded } from "./handed.ts";
import type { CaddyHandler, CaddyMatch } from "./route.ts";

/** Serves a file of the site's folder, or of another one, in the compressed form that lies ready beside it. */
export const fileServer = (more: { root?: string; status_code?: string } = {}): CaddyHandler => ({
  handler: "file_server",
  precompressed: { zstd: {}, gzip: {} },
  precompressed_order: ["zstd", "gzip"],
  ...more,
});

/** No release holds such files; should one appear on the disk, it is not served either. */
export const HIDDEN: CaddyMatch = { path_regexp: { pattern: "/\\." }, not: [{ path: ["/.well-known/*"] }] };

export const PAGES: CaddyMatch = { path: ["*.html", "*.htm", "*/"] };

/** An answer whose status is forced must be a whole one: neither "not modified" nor a part. */
export const UNCONDITIONAL: CaddyHandler = {
  handler: "headers",
  request: { delete: ["If-None-Match", "If-Modified-Since", "Range", "If-Range"] },
};

/** What must be known when an answer begins: times mean nothing, since a file's ETag stems from its content. */
export const ON_ANSWER: CaddyHandler[] = [
  { handler: "headers", response: { deferred: true, delete: ["Last-Modified"] } },
  { handler: "encode", encodings: { zstd: {}, gzip: {} }, prefer: ["zstd", "gzip"] },
];

type Headers = Record<string, string>;

export const setHeaders = (set: Headers): CaddyHandler => ({
  handler: "headers",
  response: { set: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, [value]])) },
});

/** The same where nobody has said otherwise, which a site's settings may have done; of several, the last one counts. */
export const unlessSet = (set: Headers): CaddyHandler[] =>
  Object.entries(set).map(([name, value]) => ({
    handler: "headers",
    response: { set: { [name]: [value] }, require: { headers: { [name]: null } } },
  }));

/** Kept by browsers, and shown again only after a look whether it is still the same. */
export const REVALIDATED: Headers = { "Cache-Control": "no-cache" };
export const IMMUTABLE: Headers = { "Cache-Control": "public, max-age=31536000, immutable" };

const HEX = "[.-][0-9a-f]{8,64}(?:\\.[a-z]+)*\\.[a-z0-9]+$";
const ONLY_DIGITS_OR_LETTERS = "[.-](?:[0-9]+|[a-f]+)(?:\\.[a-z]+)*\\.[a-z0-9]+$";
const MIXED = "[.-][A-Za-z0-9_]{8,64}(?:\\.[a-z]+)*\\.[a-z0-9]+$";
// A digit before a letter and a capital inside, as in "index-BqT7kx9Z.js" and not in "photo-iPhone15.png".
const MIXED_LIKE_A_HASH =
  "[.-]\\w*(?:[0-9][A-Za-z]\\w*[a-z][A-Z]|[a-z][A-Z]\\w*[0-9][A-Za-z]|[0-9][a-z][A-Z]|[a-z][A-Z]?[0-9][A-Za-z]\\w*[a-z][A-Z])\\w*(?:\\.[a-z]+)*\\.[a-z0-9]+$";
const FRAMEWORKS = ["/_app/immutable/*", "/_astro/*", "/_next/static/*", "/_nuxt/*"];

const regexp = (pattern: string): CaddyMatch => ({ path_regexp: { pattern } });

/** Files that never change under the same name: by what is in the name, by who made them, and by the site's settings. */
export const IS_IMMUTABLE: CaddyMatch[] = [
  { ...regexp(HEX), not: [regexp(ONLY_DIGITS_OR_LETTERS), PAGES] },
  { ...regexp(MIXED), not: [{ not: [regexp(MIXED_LIKE_A_HASH)] }, PAGES] },
  { path: FRAMEWORKS, not: [PAGES] },
  { ...isHanded("is_immutable"), not: [PAGES] },
];

const TEXT = "; charset=utf-8";
/** Types that Caddy knows only where the machine has a list of them, by what a name ends in. */
const TYPES: [ending: string, type: string][] = [
  ["(?:txt|md|log)", `text/plain${TEXT}`],
  ["(?:csv)", `text/csv${TEXT}`],
  ["(?:map)", "application/json"],
  ["(?:webmanifest)", "application/manifest+json"],
  ["(?:ico)", "image/x-icon"],
  ["(woff2?|ttf|otf)", "font/$1"],
  ["(mp4|webm)", "video/$1"],
  ["(?:mp3)", "audio/mpeg"],
  ["(?:zip)", "application/zip"],
  ["(?:gz|tgz)", "application/gzip"],
];

/** Says what a file is; for all other names Caddy goes by its own list. */
export const CONTENT_TYPE: CaddyHandler[] = [
  {
    handler: "map",
    source: "{http.request.uri.path}",
    destinations: ["{run8n.type}"],
    mappings: TYPES.map(([ending, type]) => ({ input_regexp: `(?i)\\.${ending}$`, outputs: [type] })),
    defaults: [""],
  },
  setHeaders({ "Content-Type": "{run8n.type}" }),
];
/** Where another file answers than the one that was asked for. */
export const IS_PAGE = setHeaders({ "Content-Type": `text/html${TEXT}` });
