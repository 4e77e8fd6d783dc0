import { createHmac, timingSafeEqual } from "node:crypto";

/** The value of a resource that an http trigger with `authentication_method: signature` names. */
export type SignatureResource = {
  signature_provider: string;
  secret_key: string;
  authentication_config?: {
    algorithm: "sha1" | "sha256" | "sha512";
    encoding: "base64" | "base64uri" | "hex";
    signature_header_name: string;
    signature_prefix?: string | null;
  } | null;
};

/** What is to be verified: this signature over this text. */
type Claim = { payload: string; signature: string; prefix?: string; algorithm?: string; encoding?: string };

const TOLERANCE_SECONDS = 300;

class Refusal extends Error {
  readonly status: 400 | 401;
  constructor(status: 400 | 401, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Checks a webhook the way its provider signs it. Undefined when it is genuine; otherwise the answer to give instead of
 * running anything: a refusal, or the reply to a provider's challenge.
 */
export function checkSignature(resource: SignatureResource, headers: Headers, body: string): Response | undefined {
  const header = (name: string) => {
    const value = headers.get(name);
    if (value === null) throw new Refusal(400, `missing header ${name}`);
    return value;
  };
  try {
    const { signature_provider: provider, secret_key: secret } = resource;
    if (provider === "Zoom") {
      const token = zoomChallenge(body);
      if (token !== undefined) return Response.json({ plainToken: token, encryptedToken: sign(secret, token) });
    }
    verify(claimOf(resource, header, body), secret);
    if (provider === "Twitch" && header("Twitch-Eventsub-Message-Type") === "webhook_callback_verification")
      return new Response(twitchChallenge(body), { headers: { "content-type": "text/plain" } });
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return Response.json({ error: error.message }, { status: error.status });
    throw error;
  }
}

function claimOf(resource: SignatureResource, header: (name: string) => string, body: string): Claim {
  switch (resource.signature_provider) {
    case "Github":
      return { payload: body, signature: header("X-Hub-Signature-256"), prefix: "sha256=" };
    case "Slack": {
      const signature = header("X-Slack-Signature");
      return { payload: `v0:${header("X-Slack-Request-Timestamp")}:${body}`, signature, prefix: "v0=" };
    }
    case "Stripe":
      return timestamped(header("STRIPE-SIGNATURE"), "v1", body, true);
    case "TikTok":
      return timestamped(header("TikTok-Signature"), "s", body, false);
    case "Twitch": {
      const signature = header("Twitch-Eventsub-Message-Signature");
      const id = header("Twitch-Eventsub-Message-Id");
      return { payload: `${id}${header("Twitch-Eventsub-Message-Timestamp")}${body}`, signature, prefix: "sha256=" };
    }
    case "Zoom": {
      const signature = header("x-zm-signature");
      return { payload: `v0:${header("x-zm-request-timestamp")}:${body}`, signature, prefix: "v0=" };
    }
    default: {
      const config = resource.authentication_config;
      if (!config) throw new Refusal(400, "invalid custom config");
      const { algorithm, encoding, signature_header_name: name, signature_prefix: prefix } = config;
      return { payload: body, signature: header(name), algorithm, encoding, ...(prefix ? { prefix } : {}) };
    }
  }
}

/** `t=<seconds>,<key>=<hex>`; of several entries with one key the last counts. */
function timestamped(text: string, key: string, body: string, checkAge: boolean): Claim {
  const parts = Object.fromEntries(text.split(",").map((part) => part.split("=").slice(0, 2))) as Record<
    string,
    string
  >;
  if (parts.t === undefined) throw new Refusal(400, "failed to parse timestamp");
  const signature = parts[key];
  if (signature === undefined) throw new Refusal(401, "signature invalid");
  const age = Date.now() / 1000 - Number(parts.t);
  if (checkAge && Number.isNaN(age)) throw new Refusal(400, "failed to parse timestamp");
  if (checkAge && age > TOLERANCE_SECONDS) throw new Refusal(400, "signature timestamp too old");
  if (checkAge && -age > TOLERANCE_SECONDS) throw new Refusal(400, "signature timestamp too far in future");
  return { payload: `${parts.t}.${body}`, signature };
}

function verify({ payload, signature, prefix = "", algorithm, encoding }: Claim, secret: string): void {
  const expected = Buffer.from(prefix + sign(secret, payload, algorithm, encoding));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given))
    throw new Refusal(401, "signature invalid");
}

function sign(secret: string, payload: string, algorithm = "sha256", encoding = "hex"): string {
  const digest = createHmac(algorithm, secret).update(payload).digest();
  if (encoding === "base64") return digest.toString("base64");
  if (encoding === "base64uri") return digest.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
  return digest.toString("hex");
}

function zoomChallenge(body: string): string | undefined {
  try {
    const { event, payload } = JSON.parse(body) as { event?: string; payload?: { plainToken?: string } };
    return event === "endpoint.url_validation" ? payload?.plainToken : undefined;
  } catch {
    return undefined;
  }
}

function twitchChallenge(body: string): string {
  try {
    return (JSON.parse(body) as { challenge: string }).challenge;
  } catch {
    throw new Refusal(400, "invalid challenge response: Twitch");
  }
}
