import { createHmac, timingSafeEqual } from "node:crypto";
import { InvalidInputError } from "../errors.ts";

/** How far Stripe's clock and ours may be apart, and how long a delivery may take; Stripe's own default. */
export const TOLERANCE_SECONDS = 300;

/**
 * Says whether Stripe signed these very bytes, with any of the secrets: two are valid while one is replaced. Throws
 * InvalidInput (400) for a missing, malformed, old or wrong signature, and says no more than that.
 * Ours and not the package's, whose check loads all of its 200 resources for one HMAC.
 */
export function checkSignature(raw: string, header: string | undefined, secrets: string[], now = Date.now()): void {
  const parts = (header ?? "").split(",").map((part) => part.split("=") as [string, string?]);
  const at = Number(parts.find(([name]) => name === "t")?.[1]);
  const signatures = parts.filter(([name]) => name === "v1").map(([, value = ""]) => Buffer.from(value, "hex"));
  if (!Number.isInteger(at) || Math.abs(now / 1000 - at) > TOLERANCE_SECONDS) throw refused();
  const expected = secrets.map((secret) => createHmac("sha256", secret).update(`${at}.${raw}`).digest());
  const matches = signatures.some((given) =>
    expected.some((wanted) => given.length === wanted.length && timingSafeEqual(given, wanted)),
  );
  if (!matches) throw refused();
}

const refused = (): InvalidInputError =>
  new InvalidInputError("The signature does not belong to this body, or is too old", {
    hint: "Send the body byte for byte as Stripe signed it; for a new secret run f/infra/stripe/ensure_webhook_endpoint.",
  });
