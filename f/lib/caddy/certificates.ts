import { isDeepStrictEqual } from "node:util";
import { ConflictError } from "../errors.ts";
import type { CaddyValue } from "../resources.ts";
import { changeApp } from "./admin.ts";

/** The part of Caddy's `tls` app that says how certificates are come by. */
type Policy = { "@id"?: string; subjects?: string[]; on_demand?: boolean; issuers?: object[] };
type Tls = {
  automation?: { policies?: Policy[]; on_demand?: { ask?: string; [option: string]: unknown } };
  [part: string]: unknown;
};

const ID = "run8n:on_demand";
/** The route of f/api/caddy/check_domain. */
const ASK = "edge/domains";

const askUrl = ({ windmill, workspace }: CaddyValue): string => `http://${windmill}/api/r/${workspace}/${ASK}`;

/** Names below the server's own domain have certificates by the server's own rules, and plain HTTP needs none. */
export const needsCertificate = (host: string, { domain, publicUrl }: CaddyValue): boolean =>
  publicUrl.startsWith("https:") && !host.endsWith(`.${domain}`);

/**
 * Lets Caddy get certificates for domains that projects bring when a browser first asks for them, a wildcard's names one
 * by one: before it does, it asks run8n whether the name is on record, so that nobody can make it get others. `change` is
 * given the domains that are on its list and answers those that should be. Other rules for certificates stay as they are.
 * True when something had to be written. Throws Conflict when Caddy asks somebody else already, of which it can do one.
 */
export async function changeCertificates(caddy: CaddyValue, change: (domains: string[]) => string[]): Promise<boolean> {
  let written = false;
  await changeApp<Tls>(caddy, "tls", (found) => {
    const { policies = [], on_demand = {}, ...automation } = found?.automation ?? {};
    const ours = policies.find((policy) => policy["@id"] === ID);
    const subjects = [...new Set(change(ours?.subjects ?? []))].sort();
    const ask = askUrl(caddy);
    const policy: Policy = {
      "@id": ID,
      subjects,
      on_demand: true,
      ...(caddy.issuer === "internal" ? { issuers: [{ module: "internal" }] } : {}),
    };
    const others = policies.filter((one) => one !== ours);
    if (subjects.length === 0 && !ours) return undefined;
    if (subjects.length > 0 && isDeepStrictEqual([ours, on_demand.ask], [policy, ask])) return undefined;
    if ((on_demand.ask && on_demand.ask !== ask && !ours) || on_demand.permission) throw asksAnother();
    written = true;
    // Ours first: of those that fit a name, the first counts.
    const all = subjects.length > 0 ? [policy, ...others] : others;
    return { ...found, automation: { ...automation, on_demand: { ...on_demand, ask }, policies: all } };
  });
  return written;
}

const asksAnother = (): ConflictError =>
  new ConflictError("Caddy already asks somebody else for which domains it may get certificates on demand", {
    hint: "Take apps.tls.automation.on_demand out of its configuration, or let that one know the domains.",
  });
