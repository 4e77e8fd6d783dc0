import ipaddr from "ipaddr.js";
import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { isPublic } from "../web/address.ts";

/** What NocoDB calls after, in its own words. */
export const EVENTS = ["insert", "update", "delete"] as const;
export type Event = (typeof EVENTS)[number];

/** A webhook as NocoDB keeps it, as far as we write and compare it. */
export type Hook = {
  id: string;
  title: string;
  event: string;
  operation: string[];
  active: boolean;
  notification: string | { payload?: Payload };
};
type Header = { name: string; value: string; enabled?: boolean };
type Payload = { method?: string; path?: string; headers?: Header[]; body?: string };

export type WantedHook = {
  name: string;
  url: string;
  events: Event[];
  headers: Record<string, string>;
  active: boolean;
};

/** NocoDB puts the whole event in its place: what happened, the table, the records and those they were before. */
const BODY = "{{ json event }}";

/** A webhook as v2 takes it; v3 has none. */
export const hookBody = ({ name, url, events, headers, active }: WantedHook) => ({
  ...{ title: name, event: "after", operation: events, version: "v3", active, async: false, condition: false },
  notification: {
    type: "URL",
    payload: {
      ...{ method: "POST", path: url, body: BODY, auth: "", parameters: [] },
      headers: Object.entries(headers).map(([key, value]) => ({ name: key, value, enabled: true })),
    },
  },
});

/** Whether what NocoDB keeps does what is wanted. */
export function isAsWanted(hook: Hook, { name, url, events, headers, active }: WantedHook): boolean {
  const kept = typeof hook.notification === "string" ? JSON.parse(hook.notification) : hook.notification;
  const { method, path, body, headers: rows = [] }: Payload = kept?.payload ?? {};
  // The type of the content is NocoDB's to add.
  const sent = rows.filter((one) => one.enabled !== false && one.name.toLowerCase() !== "content-type");
  const sorted = (entries: [string, string][]) => JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  return (
    hook.title === name &&
    hook.event === "after" &&
    [...hook.operation].sort().join() === [...events].sort().join() &&
    Boolean(hook.active) === active &&
    method === "POST" &&
    path === url &&
    body === BODY &&
    sorted(sent.map(({ name: key, value }) => [key, value])) === sorted(Object.entries(headers))
  );
}

export function webhookEvents(value: unknown): Event[] {
  const given: unknown = value ?? EVENTS;
  const isEvent = (one: unknown): one is Event => EVENTS.includes(one as Event);
  if (Array.isArray(given) && given.length > 0 && given.every(isEvent))
    return EVENTS.filter((one) => given.includes(one));
  throw wrong("events", `must be a list of ${EVENTS.join(", ")}`, value, "Leave it out for all three.");
}

/** NocoDB takes "{{" for a template of its own, in an address as in a header. */
const isTemplate = (text: string): boolean => text.includes("{{");

/**
 * The address to call: on the public internet, because NocoDB reaches no other either, as long as nobody lets it; on
 * this machine only where NocoDB itself is on it, which is a laptop.
 */
export function webhookUrl(value: unknown, nocodbUrl: string): string {
  const url = typeof value === "string" && value.length <= 2000 ? parsed(value) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
  if (!isPlain || isTemplate(value as string))
    throw wrong(
      "url",
      "must be an http or https address without a login, a # or {{",
      value,
      'Pass an address such as "https://shop.example.com/api/items/changed"; secrets go into headers.',
    );
  const here = parsed(nocodbUrl);
  if (isOutside(url.hostname) || (here && isThisMachine(here.hostname) && isThisMachine(url.hostname))) return url.href;
  throw wrong(
    "url",
    "must lead to a host of the public internet",
    value,
    "Take the public address of the project's site, whose /api leads to its scripts.",
  );
}

const parsed = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
const bare = (host: string): string => host.replace(/^\[|\]$/g, "");
const isThisMachine = (host: string): boolean =>
  /(^|\.)localhost$/.test(host) || (ipaddr.isValid(bare(host)) && ipaddr.process(bare(host)).range() === "loopback");

/** A name is looked up when it is called, by NocoDB, which then refuses a private address. */
const isOutside = (host: string): boolean =>
  ipaddr.isValid(bare(host)) ? isPublic(bare(host)) : /\./.test(host) && !/\.(localhost|local|internal)\.?$/.test(host);

/** Names of headers with the path of the variable that each has its value from. */
export function headerPaths(value: unknown, folder: string): [name: string, path: string][] {
  const entries = Object.entries(
    typeof value === "object" && value !== null ? value : value == null ? {} : { "": value },
  );
  const isName = (name: string) => /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name) && !RESERVED.test(name);
  const isPath = (path: unknown) =>
    typeof path === "string" && path.startsWith(`${folder}/`) && /^\w{1,80}$/.test(path.slice(folder.length + 1));
  if (entries.length <= 10 && entries.every(([name, path]) => isName(name) && isPath(path))) return entries;
  throw wrong(
    "headers",
    `must give at most ten headers the path of a variable of ${folder}`,
    value,
    `Pass {"x-webhook-secret": "${folder}/webhook_secret"}: the path, not the value, and without $var:.`,
  );
}
const RESERVED = /^(host|content-.*|transfer-encoding|connection|upgrade|expect|te|trailer)$/i;

/** A value as it may be sent. */
export const isHeaderValue = (value: string): boolean =>
  /^[\x21-\x7e][\x20-\x7e]{0,4095}$/.test(value) && !isTemplate(value);

const wrong = (argument: string, says: string, value: unknown, hint: string): InvalidInputError =>
  new InvalidInputError(`${argument} ${says}; got ${describe(value)}`, { hint, details: { argument } });
