import { formatByName } from "../../documents/media.ts";
import { ForbiddenError, NotFoundError, UpstreamError } from "../../errors.ts";
import { fetchPage, type Web, type WebPage } from "../../web/retrieve.ts";
import { type Robots, robotsOf } from "../../web/robots.ts";
import { type Entry, inlineBytes, type Loaded } from "./entry.ts";
import { loadFile, type OpenStorage } from "./files.ts";

export type Load = (document: string, entry: Entry) => Promise<Loaded>;

/** Reads the content of documents, wherever it is. What a host's robots.txt says is asked once per host. */
export function loader(web: Web, storage?: OpenStorage): Load {
  const robots = new Map<string, Promise<Robots>>();
  const robotsFor = (origin: string) => {
    const known = robots.get(origin) ?? robotsOf(web, origin);
    robots.set(origin, known);
    return known;
  };
  return async (document, entry) => {
    const bytes = inlineBytes(entry);
    if (bytes) return { bytes, mediaType: entry.mediaType ?? usualType(document, entry), name: document };
    if (entry.file !== undefined) return loadFile(storage, entry.file);
    const address = entry.fetch ?? document;
    if (!(await robotsFor(new URL(address).origin)).allows(address)) throw keptOut();
    const page = await fetchPage(web, address);
    requireContent(page);
    // Where it was redirected to has a robots.txt of its own.
    const origin = new URL(page.url).origin;
    if (origin !== new URL(address).origin && !(await robotsFor(origin)).allows(page.url)) throw keptOut();
    return { bytes: page.body, mediaType: page.headers["content-type"], name: page.url };
  };
}

/** A text of no known type is Markdown: plain text is, too. */
const usualType = (document: string, { text }: Entry): string | undefined =>
  text !== undefined && formatByName(document) === undefined ? "text/markdown" : undefined;

function requireContent({ status }: WebPage): void {
  if (status === 200) return;
  if (status === 404 || status === 410) {
    throw new NotFoundError(`The page is not there (${status})`, { hint: "Take it out of the source." });
  }
  throw new UpstreamError(`The page answered with status ${status}`, {
    hint: "Check that it opens in a browser without signing in.",
    retryable: status === 429 || status >= 500,
    details: { status },
  });
}

const keptOut = (): ForbiddenError =>
  new ForbiddenError("The host's robots.txt asks programs not to read this page", {
    hint: "Take it out of the source, or ask its owner.",
  });
