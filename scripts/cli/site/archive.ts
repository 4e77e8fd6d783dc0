import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import tar from "tar-stream";
import { SITE_LIMITS } from "../../../f/lib/sites/limits.ts";
import { usage } from "../failure.ts";

export type Archive = { bytes: Uint8Array<ArrayBuffer>; files: number };

/**
 * Packs a folder as .tgz. The same files give the same bytes: sorted names, no times, owners or modes of this machine.
 * Dotfiles stay at home, except `.well-known`; so do node_modules and links.
 */
export async function packSite(dir: string): Promise<Archive> {
  if (!existsSync(dir)) throw usage(`${dir} does not exist`, "Check `site` in run8n.json.");
  const files = filesOf(dir).sort();
  if (files.length === 0) throw usage(`${dir} holds no files to publish`, "Check `site` in run8n.json.");
  const pack = tar.pack();
  for (const name of files) {
    const content = readFileSync(join(dir, name));
    pack.entry({ name, size: content.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0, type: "file" }, content);
  }
  pack.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  const bytes = new Uint8Array(gzipSync(Buffer.concat(chunks), { level: 9 }));
  bytes[9] = 255; // the system that packed, which the content has nothing to do with
  const { archiveBytes } = SITE_LIMITS;
  if (bytes.length > archiveBytes)
    throw usage(
      `${dir} packs to ${bytes.length} bytes, and a deploy takes ${archiveBytes}`,
      "Keep large media elsewhere.",
    );
  return { bytes, files: files.length };
}

/** Paths relative to the folder, with `/`. */
function filesOf(dir: string, below = ""): string[] {
  const entries = readdirSync(join(dir, below), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const name = below ? `${below}/${entry.name}` : entry.name;
    if (entry.name.startsWith(".") && name !== ".well-known") return [];
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesOf(dir, name);
    return entry.isFile() ? [name] : [];
  });
}
