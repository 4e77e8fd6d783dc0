import { UpstreamError } from "../errors.ts";

/**
 * Whether GoTrue would lead a person back to an address: asked with a link that is good for nothing, so that nothing
 * changes. It leads to its own site when the address is not allowed.
 */
export async function leadsTo(url: string, address: string, fetch: typeof globalThis.fetch): Promise<boolean> {
  const query = new URLSearchParams({ token: "0".repeat(56), type: "signup", redirect_to: address });
  const answer = await fetch(`${url.replace(/\/+$/, "")}/verify?${query}`, {
    redirect: "manual",
    signal: AbortSignal.timeout(15_000),
  }).catch((cause: unknown) => {
    throw failed("did not answer", cause);
  });
  await answer.body?.cancel();
  const location = answer.headers.get("location");
  if (answer.status < 300 || answer.status > 399 || !location) throw failed(`answered with status ${answer.status}`);
  const [led, asked] = [new URL(location, url), new URL(address)];
  return led.origin === asked.origin && led.pathname === asked.pathname;
}

const failed = (what: string, cause?: unknown): UpstreamError =>
  new UpstreamError(`GoTrue ${what} when asked where a link leads`, {
    hint: "Wait a few minutes: GoTrue limits how often it is asked this. Then check its log.",
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });

/**
 * Addresses of strangers that an allow-list with a careless pattern lets through, by what would be wrong with it. Names
 * below `.localhost` are this machine's own, so a pattern for all of them harms nobody.
 */
export function strangersOf(origin: string): [what: string, address: string][] {
  const { protocol, host, hostname, port } = new URL(origin);
  const domain = hostname.split(".").slice(1).join(".");
  const begins = `${protocol}//${hostname}.stranger.example${port && `:${port}`}/`;
  const strangers: [what: string, address: string][] = [
    ["any address", "https://stranger.example/"],
    ["a name that begins like the project's", begins],
  ];
  if (hostname.endsWith(".localhost")) return strangers;
  return [
    ...strangers,
    ["a name that ends like the project's", `${protocol}//stranger-${host}/`],
    ...(protocol === "https:" ? [["the project's name without TLS", `http://${host}/`] as [string, string]] : []),
    ...(domain.includes(".")
      ? [["any name below the domain", `${protocol}//nobody-has-this.${domain}/`] as [string, string]]
      : []),
  ];
}
