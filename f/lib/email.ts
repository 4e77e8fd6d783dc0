import { domainToASCII } from "node:url";
import { InvalidInputError } from "./errors.ts";
import { describe } from "./names.ts";

const MAX_BYTES = 254; // what SMTP's path limit leaves for an address
const MAX_LOCAL_BYTES = 64;
/** The unquoted local part of RFC 5322, with letters of every script as RFC 6531 allows. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** Asked before the conversion, which would decode escapes and cut off what looks like a port or a path. */
const ANY_SCRIPT = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`);

/**
 * An e-mail address that can receive mail from the internet: as given, and as the key by which two spellings of one
 * address are the same (lower case, one Unicode form, the domain as the DNS spells it). International domains and local
 * parts are welcome; quoted local parts, comments and address literals are not. Throws InvalidInput.
 */
export function emailAddress(value: unknown): { email: string; key: string } {
  const email = typeof value === "string" ? value.trim().normalize("NFC") : "";
  const [local = "", domain = "", ...rest] = email.split("@");
  const ascii = rest.length === 0 && ANY_SCRIPT.test(domain) ? domainToASCII(domain.toLowerCase()) : "";
  const fits = Buffer.byteLength(email) <= MAX_BYTES && Buffer.byteLength(local) <= MAX_LOCAL_BYTES;
  if (!fits || !LOCAL.test(local) || ascii.length > 253 || !DOMAIN.test(ascii)) {
    throw new InvalidInputError(`email must be an address such as name@example.com; got ${describe(value)}`, {
      hint: "Check the address for typing errors.",
      details: { argument: "email" },
    });
  }
  return { email, key: `${local.toLowerCase()}@${ascii}`.normalize("NFC") };
}
