import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Keeps secret values unreadable in the database file: AES-256-GCM under a key that lies beside it, readable by us only. */
export type Secrets = {
  seal(text: string): string;
  /** The text that was sealed; undefined when this is not something we sealed. */
  open(sealed: string): string | undefined;
  /** Signs what a stranger may hand back to us, such as the address that resumes a flow. */
  sign(bytes: Uint8Array): string;
};

const NONCE = 12;
const TAG = 16;

export function openSecrets(dataDir: string): Secrets {
  const key = loadKey(join(dataDir, "key"));
  return {
    seal(text) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64");
      if (bytes.length < NONCE + TAG || bytes.toString("base64") !== sealed) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },
    sign: (bytes) => createHmac("sha256", key).update(bytes).digest("hex"),
  };
}

function loadKey(file: string): Buffer {
  if (existsSync(file)) {
    const key = Buffer.from(readFileSync(file, "utf8").trim(), "hex");
    if (key.length !== 32) throw new Error(`${file} is not a key of this engine`);
    return key;
  }
  const key = randomBytes(32);
  writeFileSync(file, `${key.toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  return key;
}
