import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A key in its two parts: the id is public and stands in lists, the secret is shown once and kept as a hash. */
export type Key = { id: string; secret: string };

const SHAPE = /^r8n_([0-9a-f]{16})_([0-9a-f]{48})$/;

/** A new key of 192 random bits, more than anyone can guess: hence a plain hash, and no count of wrong guesses. */
export const newKey = (random: (bytes: number) => Buffer = randomBytes): Key => ({
  id: random(8).toString("hex"),
  secret: random(24).toString("hex"),
});

/** The key as its holder gets it, such as `r8n_3f0c..._91ab...`. */
export const keyText = ({ id, secret }: Key): string => `r8n_${id}_${secret}`;

/** The two parts of a key, or nothing for a text that is none. */
export function parseKey(text: string): Key | undefined {
  const [, id, secret] = SHAPE.exec(text) ?? [];
  return id && secret ? { id, secret } : undefined;
}

/** What is kept of a key. */
export const hashOf = ({ secret }: Key): Buffer => createHash("sha256").update(secret).digest();

/** Whether the key is the one that the hash was made of. */
export const matches = (key: Key, hash: Buffer): boolean => hash.length === 32 && timingSafeEqual(hashOf(key), hash);
