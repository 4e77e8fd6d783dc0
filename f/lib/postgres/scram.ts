import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/**
 * SCRAM-SHA-256 verifiers (RFC 5803) computed on our side, so that a clear password is never part of a statement and
 * cannot reach a server's log. Passwords must be ASCII, which needs no normalisation; ours are base64url.
 */
const ITERATIONS = 4096;
const derive = promisify(pbkdf2);

/** A new password: 32 random bytes, in characters that need no escaping in a URL. */
export const newPassword = (): string => randomBytes(32).toString("base64url");

/** What Postgres stores for a password, in its own format: `SCRAM-SHA-256$<iterations>:<salt>$<stored>:<server>`. */
export async function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(16),
  iterations = ITERATIONS,
): Promise<string> {
  const salted = await derive(password, salt, iterations, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(keyed("Client Key")).digest("base64");
  const server = keyed("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${server}`;
}

/** True when the verifier belongs to the password; false also for one of another kind, such as MD5. */
export async function verifies(verifier: string | null | undefined, password: string): Promise<boolean> {
  const match = /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/=]+)\$/.exec(verifier ?? "");
  if (!match?.[1] || !match[2] || !verifier) return false;
  const expected = Buffer.from(await scramVerifier(password, Buffer.from(match[2], "base64"), Number(match[1])));
  const actual = Buffer.from(verifier);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
