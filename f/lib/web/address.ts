import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { ForbiddenError, UpstreamError } from "../errors.ts";

/**
 * Whether an address is one of the public internet: not of this machine, of a private network, of a cloud's metadata
 * service, or of a range that stands for others (IPv4 in IPv6 clothes counts as what it is; tunnels do not count).
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === "unicast";
}

export type Resolve = (host: string) => Promise<string[]>;

export const resolveHost: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * The address to connect to, found once, so that nobody can answer something else a moment later. All addresses of a name
 * have to be public. Throws Forbidden, or Upstream for a name that does not exist.
 */
export async function publicAddress(
  host: string,
  resolve: Resolve,
  allows: (address: string) => boolean,
): Promise<string> {
  const literal = host.replace(/^\[|\]$/g, "");
  const addresses = ipaddr.isValid(literal) ? [literal] : await found(host, resolve);
  const [first] = addresses;
  if (first !== undefined && addresses.every(allows)) return first;
  throw new ForbiddenError("The address leads into a private network", {
    hint: "Pass the address of a page on the public internet.",
    details: { argument: "url" },
  });
}

async function found(host: string, resolve: Resolve): Promise<string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw new UpstreamError("The host of the address could not be found", {
      code: "upstream_unreachable",
      hint: "Check the address for typing errors.",
      cause,
    });
  }
}
