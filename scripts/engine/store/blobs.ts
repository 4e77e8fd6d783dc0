import type { Database } from "bun:sqlite";
import { createHash } from "node:crypto";

/** Texts by their own hash: contents of files that a preview runs before they are deployed. */
export type Blobs = { put(text: string): string; get(hash: string): string | undefined };

export function openBlobs(db: Database): Blobs {
  return {
    put(text) {
      const hash = sha256(text);
      db.query("insert into blob values (?, ?) on conflict do nothing").run(hash, text);
      return hash;
    },
    get: (hash) => db.query<{ text: string }, [string]>("select text from blob where hash = ?").get(hash)?.text,
  };
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
