import robotsParser from "robots-parser";
import { fetchPage, USER_AGENT, type Web } from "./retrieve.ts";

export type Robots = { allows: (url: string) => boolean };

const MAX_BYTES = 512 * 1024;
const EVERYTHING: Robots = { allows: () => true };
const NOTHING: Robots = { allows: () => false };

/** What a host asks of programs. One that has no robots.txt allows everything; one that cannot say so now, nothing. */
export async function robotsOf(web: Web, origin: string): Promise<Robots> {
  const address = new URL("/robots.txt", origin).href;
  const { status, body } = await fetchPage({ ...web, limits: { ...web.limits, maxBytes: MAX_BYTES } }, address);
  if (status >= 500 || status === 429) return NOTHING;
  if (status !== 200) return EVERYTHING;
  const rules = robotsParser(address, body.toString("utf8"));
  return { allows: (url) => rules.isAllowed(url, USER_AGENT) !== false };
}
