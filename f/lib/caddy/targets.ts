import { BlockList, isIP } from "node:net";
import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { overlap } from "./wildcard.ts";

/** Addresses and names that lead into a machine or a cloud's own interfaces instead of to an app. */
const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet("0.0.0.0", 8, "ipv4");
FORBIDDEN.addSubnet("169.254.0.0", 16, "ipv4");
FORBIDDEN.addSubnet("224.0.0.0", 3, "ipv4");
FORBIDDEN.addAddress("::", "ipv6");
FORBIDDEN.addAddress("fd00:ec2::254", "ipv6");
FORBIDDEN.addSubnet("fe80::", 10, "ipv6");
FORBIDDEN.addSubnet("ff00::", 8, "ipv6");
const FORBIDDEN_NAMES = /^(?:metadata(?:\.google\.internal|\.goog)?|instance-data(?:\.ec2\.internal)?)$/;

const DEFAULT_ADMIN_PORT = 2019;
const REDIRECT_CODES = [301, 302, 308];

/**
 * A server that a host may be proxied to, as `http(s)://host:port`. Takes `host:port` or such a URL without a path.
 * Refuses the proxy's own admin API, link-local (metadata) addresses in any spelling, and Caddy placeholders. A name
 * is resolved by Caddy when it connects, so a name's address is not judged here.
 */
export function upstreamUrl(value: unknown, admin: string): string {
  const text = typeof value === "string" ? value : "";
  const match = /^(https?:\/\/)?(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/.exec(text);
  const url = match && (match[1] || match[2]) ? parse(match[1] ? text : `http://${text}`) : undefined;
  if (!url || url.port === "0") {
    throw refused("upstream", `must be "host:port" or an http(s) URL without a path; got ${describe(value)}`, {
      hint: 'Pass the address as the proxy reaches it, for example "127.0.0.1:3000".',
    });
  }
  const host = url.hostname.replace(/^\[|\]$|\.$/g, "");
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  if (isForbidden(host)) {
    throw refused("upstream", "is a link-local, unspecified, multicast or metadata address", {
      hint: "Pass the address of the app itself.",
    });
  }
  if (port === DEFAULT_ADMIN_PORT || port === adminPort(admin)) {
    throw refused("upstream", `may not use port ${port}, the one of the proxy's admin API`, {
      hint: "Let the app listen on another port.",
    });
  }
  return `${url.protocol}//${url.hostname}:${port}`;
}

/** A site that a host may redirect to, without a final slash; the path of each request is added to it. */
export function redirectTarget(value: unknown, ownHost: string): string {
  const text = typeof value === "string" && value.length <= 2048 ? value : "";
  const url = /^https?:\/\/[^\s{}\\\p{Cc}]+$/u.test(text) ? parse(text) : undefined;
  if (!url || url.username || url.password || url.search || url.hash || text.includes("?") || text.includes("#")) {
    throw refused(
      "target",
      `must be an http(s) URL without login, query, fragment and braces; got ${describe(value)}`,
      {
        hint: 'Pass where to send visitors, for example "https://www.example.com"; path and query are added.',
      },
    );
  }
  if (overlap(url.hostname, ownHost)) {
    throw refused("target", "is the host that is redirected, which would never end", { hint: "Pass another host." });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** 301 or 308 for good, 302 for now. */
export function redirectCode(value: unknown): number {
  if (REDIRECT_CODES.includes(value as number)) return value as number;
  throw refused("statusCode", `must be one of ${REDIRECT_CODES.join(", ")}; got ${describe(value)}`, {
    hint: "Use 308 for a permanent redirect and 302 for a temporary one.",
  });
}

function isForbidden(host: string): boolean {
  const version = isIP(host);
  return version === 0 ? FORBIDDEN_NAMES.test(host) : FORBIDDEN.check(host, version === 6 ? "ipv6" : "ipv4");
}

const adminPort = (admin: string): number => Number(/:(\d+)\/?$/.exec(admin)?.[1]);

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

const refused = (argument: string, problem: string, { hint }: { hint: string }) =>
  new InvalidInputError(`${argument} ${problem}`, { hint, details: { argument } });
