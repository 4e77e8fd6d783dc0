import { Parser } from "htmlparser2";
import { InvalidInputError, UpstreamError } from "../errors.ts";
import { fetchPage, type Web, webUrl } from "./retrieve.ts";

export type SitemapEntry = { url: string; lastModified?: string };

/** A sitemap may name others, which may not name others in turn. */
const MAX_DEPTH = 1;

/**
 * The pages that a sitemap names, each once, in its order, only those of its own host. Reads no further once there are
 * `maxPages`. Throws as fetchPage, and Upstream for what is not a sitemap.
 */
export async function sitemapPages(web: Web, address: string, maxPages: number, depth = 0): Promise<SitemapEntry[]> {
  const page = await fetchPage(web, address);
  if (page.status !== 200) throw unreadable(`answered with status ${page.status}`);
  const { kind, entries } = parseSitemap(page.body.toString("utf8"));
  if (kind === undefined) throw unreadable("is not a sitemap");
  const host = new URL(page.url).host;
  const own = entries.filter(({ url }) => URL.canParse(url) && new URL(url).host === host);
  if (kind === "urlset") return distinct(own).slice(0, maxPages);
  if (depth >= MAX_DEPTH) throw unreadable("is an index within an index");
  const pages: SitemapEntry[] = [];
  for (const { url } of own) {
    if (pages.length >= maxPages) break;
    pages.push(...(await sitemapPages(web, url, maxPages - pages.length, depth + 1)));
  }
  return distinct(pages);
}

/** Takes what the format names and passes over the rest, whatever name spaces it has. */
export function parseSitemap(xml: string): { kind?: "urlset" | "sitemapindex"; entries: SitemapEntry[] } {
  const entries: SitemapEntry[] = [];
  let kind: "urlset" | "sitemapindex" | undefined;
  let entry: { loc: string; lastmod: string } | undefined;
  let field: "loc" | "lastmod" | undefined;
  const parser = new Parser(
    {
      onopentag(name) {
        if (name === "urlset" || name === "sitemapindex") kind ??= name;
        else if (name === "url" || name === "sitemap") entry = { loc: "", lastmod: "" };
        else field = name === "loc" || name === "lastmod" ? name : undefined;
      },
      ontext(text) {
        if (entry && field) entry[field] += text;
      },
      onclosetag(name) {
        field = undefined;
        if ((name !== "url" && name !== "sitemap") || !entry) return;
        const { loc, lastmod } = entry;
        if (loc.trim()) entries.push({ url: loc.trim(), ...(lastmod.trim() ? { lastModified: lastmod.trim() } : {}) });
        entry = undefined;
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
  return kind ? { kind, entries } : { entries };
}

/** How many pages a caller may ask for. Throws InvalidInput. */
export function pageLimit(value: unknown): number {
  if (value === undefined || value === null) return 1000;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 50_000) return value;
  throw new InvalidInputError("maxPages must be a whole number from 1 to 50,000", { hint: "Leave it out for 1,000." });
}

const distinct = (entries: SitemapEntry[]): SitemapEntry[] => [
  ...new Map(entries.map((one) => [webUrl(one.url).href, { ...one, url: webUrl(one.url).href }])).values(),
];

const unreadable = (what: string): UpstreamError =>
  new UpstreamError(`The sitemap ${what}`, { hint: "Check that the address is the one of the sitemap itself." });
