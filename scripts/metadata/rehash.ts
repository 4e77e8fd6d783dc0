import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Files, writeTree } from "./files.ts";

/**
 * `wmill-lock.yaml` for these files: the hashes by which the wmill CLI tells stale metadata. The CLI writes it itself, in
 * a copy, so that it agrees with what a push computes later.
 */
export function rehash(root: string, files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), "run8n-rehash-"));
  try {
    writeTree(folder, files);
    const run = spawnSync(join(root, "node_modules/.bin/wmill"), ["generate-metadata", "rehash"], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: folder, WMILL_CONFIG_DIR: folder, NO_COLOR: "1" },
    });
    const skipped = run.stdout?.match(/^.*Skipping .*$/m)?.[0];
    if (run.status !== 0 || skipped) {
      throw new Error(`wmill generate-metadata rehash failed: ${skipped ?? run.error?.message ?? run.stderr}`);
    }
    return readFileSync(join(folder, "wmill-lock.yaml"), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
