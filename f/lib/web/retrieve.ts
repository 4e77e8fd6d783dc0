import { InvalidInputError, UpstreamError } from "../errors.ts";
import { isPublic, publicAddress, type Resolve, resolveHost } from "./address.ts";
import { getAt, type WebAnswer, type WebLimits } from "./request.ts";

export const USER_AGENT = "run8n";

export type WebPage = WebAnswer & { url: string };

/** How pages are reached. Names are resolved and judged anew at each redirect. Tests bring their own resolver. */
export type Web = {
  limits: WebLimits;
  resolve: Resolve;
  allows: (address: string) => boolean;
};

const MAX_REDIRECTS = 5;
const MAX_URL_LENGTH = 2048;
/** Below 1024, where mail, databases and the like listen. */
const OPEN_PORTS = new Set(["", "80", "443"]);

export const publicWeb = (limits: Partial<WebLimits> = {}): Web => ({
  limits: { maxBytes: 20 * 1024 * 1024, timeoutMs: 30_000, ...limits },
  resolve: resolveHost,
  allows: isPublic,
});

/**
 * Reads a page of the public internet, over http or https. Nothing of this machine or of a private network is reached, by
 * no name, address or redirect. Answers whatever status the server gave. Throws InvalidInput, Forbidden, Too large,
 * Timeout, Upstream.
 */
export async function fetchPage(web: Web, address: string, headers: Record<string, string> = {}): Promise<WebPage> {
  let url = webUrl(address);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const at = await publicAddress(url.hostname, web.resolve, web.allows);
    const answer = await getAt(at, url, { "user-agent": USER_AGENT, accept: "*/*", ...headers }, web.limits);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined)
      return { ...answer, url: url.href };
    url = webUrl(location, url);
  }
  throw new UpstreamError(`The page redirects more than ${MAX_REDIRECTS} times`, {
    hint: "Pass the address that it leads to.",
  });
}

/** An address as a URL that may be fetched. Throws InvalidInput. */
export function webUrl(address: string, base?: URL): URL {
  const url = typeof address === "string" && address.length <= MAX_URL_LENGTH ? parsed(address, base) : undefined;
  const isWeb = url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (url && isWeb && (OPEN_PORTS.has(url.port) || Number(url.port) >= 1024)) return url;
  throw new InvalidInputError("An address must be an http or https URL without a password, on a web port", {
    hint: 'Pass an address such as "https://example.com/page".',
    details: { argument: "url" },
  });
}

function parsed(address: string, base: URL | undefined): URL | undefined {
  return URL.canParse(address, base) ? new URL(address, base) : undefined;
}
