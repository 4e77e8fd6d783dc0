import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Connection } from "../connection.ts";

/**
 * What this machine knows of the contents that a server has of a site, from its last deploy: a guess that spares the
 * question. A wrong one costs a second request, so what cannot be read or written is simply not known.
 */
export type Memory = { known(): Set<string>; keep(hashes: string[]): void };

type Env = Record<string, string | undefined>;

export function openMemory(env: Env, { url, workspace }: Connection, project: string): Memory {
  const cache = env.XDG_CACHE_HOME || join(env.HOME || "/nonexistent", ".cache");
  const name = createHash("sha256").update(`${url} ${workspace} ${project}`).digest("hex").slice(0, 32);
  const path = join(cache, "run8n/sent", `${name}.json`);
  return {
    known() {
      try {
        const hashes: unknown = JSON.parse(readFileSync(path, "utf8"));
        return new Set(Array.isArray(hashes) ? hashes : []);
      } catch {
        return new Set();
      }
    },
    keep(hashes) {
      try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(`${path}.${process.pid}`, JSON.stringify([...new Set(hashes)]));
        renameSync(`${path}.${process.pid}`, path);
      } catch {
        // Not known the next time, then.
      }
    },
  };
}

/** Knows nothing and remembers nothing. */
export const NO_MEMORY: Memory = { known: () => new Set(), keep: () => {} };
