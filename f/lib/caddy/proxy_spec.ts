import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { BALANCES, type Balance, type ProxySpec } from "./forward.ts";
import { upstreamUrl } from "./targets.ts";

type Asked = {
  upstream?: string | null;
  replicas?: string[] | null;
  balance?: Balance | null;
  healthPath?: string | null;
};

const MAX_REPLICAS = 20;

/** Judges where an app listens, how often, and how its health is seen. Throws InvalidInput. */
export function proxySpec({ upstream, replicas, balance, healthPath }: Asked, admin: string): ProxySpec {
  const first = upstreamUrl(upstream, admin);
  const others = replicas ?? [];
  if (!Array.isArray(others) || others.length > MAX_REPLICAS) {
    throw refused("replicas", `must be a list of at most ${MAX_REPLICAS} addresses; got ${describe(others)}`);
  }
  const further = others.map((one) => upstreamUrl(one, admin));
  if (further.some((one) => new URL(one).protocol !== new URL(first).protocol)) {
    throw refused("replicas", "must all be reached as the upstream is, either over http or over https");
  }
  if (new Set([first, ...further]).size <= further.length) throw refused("replicas", "name one address twice");
  if (balance != null && !Object.hasOwn(BALANCES, balance)) {
    throw refused("balance", `must be one of ${Object.keys(BALANCES).join(", ")}; got ${describe(balance)}`);
  }
  if (healthPath != null && !/^\/(?!\/)[A-Za-z0-9._~/-]{0,199}(?:\?[A-Za-z0-9._~=&-]{0,199})?$/.test(healthPath)) {
    throw refused("healthPath", `must be a path such as /health; got ${describe(healthPath)}`);
  }
  return {
    upstream: first,
    ...(further.length > 0 ? { replicas: further } : {}),
    ...(balance != null ? { balance } : {}),
    ...(healthPath != null ? { healthPath } : {}),
  };
}

const refused = (argument: string, problem: string) =>
  new InvalidInputError(`${argument} ${problem}`, { hint: `Correct ${argument}.`, details: { argument } });
