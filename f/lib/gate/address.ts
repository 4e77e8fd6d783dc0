import { createHash } from "node:crypto";
import { isIP } from "node:net";

/**
 * The unit that limits are counted by, from `X-Forwarded-For`: the last entry is the one that our own proxy wrote, the
 * ones before it are the caller's claims. One IPv6 subscriber has 2^64 addresses, so IPv6 counts by network. Whatever is
 * not an address shares the bucket `unknown`. It is a digest: an address is personal, and this goes into job arguments.
 */
export function clientOf(forwardedFor: string | undefined): string {
  const network = networkOf(forwardedFor?.split(",").at(-1)?.trim() ?? "");
  return network ? createHash("sha256").update(network).digest("hex").slice(0, 16) : "unknown";
}

/** `203.0.113.7` as it is, an IPv6 address as `2001:db8:1:2::/64`, nothing for what is neither. */
export function networkOf(address: string): string | undefined {
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6 || address.includes("%")) return undefined;
  const groups = ipv6Groups(address);
  if (groups.slice(0, 6).join(":") !== "0:0:0:0:0:ffff") return `${groups.slice(0, 4).join(":")}::/64`;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join("."); // an IPv4 address in IPv6 clothes
}

/** All eight groups, in the one spelling that URLs give an IPv6 address. */
function ipv6Groups(address: string): string[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [before, after] = canonical.split("::").map((half) => half.split(":").filter(Boolean));
  if (!before || !after) return canonical.split(":");
  return [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
}
