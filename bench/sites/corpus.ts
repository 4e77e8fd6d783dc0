import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a site of the benchmark consists of. */
export const FILES = 1000;
const FILE_BYTES = 20_000;
const CHANGED_SHARE = 0.01;

/** Bytes that follow from a seed: every other file is text, as a build writes it, the rest as dense as pictures are. */
function content(seed: string, isText: boolean): Buffer {
  const chunks: Buffer[] = [];
  for (let size = 0, n = 0; size < FILE_BYTES; n++) {
    const hash = createHash("sha512").update(`${seed} ${n}`).digest();
    const chunk = isText ? Buffer.from(`const value${n % 7} = "${hash.toString("hex", 0, 8)}"; // generated\n`) : hash;
    chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, FILE_BYTES);
}

const pathOf = (index: number): string => `part${index % 20}/file${index}.${index % 2 ? "js" : "png"}`;
const ASSETS = ["app", "part", "style"];

/** The page of a version: it names assets of its own, by names with a hash, as builds make them. */
function page(version: number): Record<string, string> {
  const hash = createHash("sha256").update(`version ${version}`).digest("hex").slice(0, 12);
  const assets = ASSETS.map((name) => `/assets/${name}.${hash}.js`);
  const scripts = assets.map((path) => `<script src="${path}"></script>`).join("\n");
  return {
    "index.html": `<!doctype html><title>version ${version}</title>\n${scripts}\n`,
    ...Object.fromEntries(assets.map((path) => [path.slice(1), `// version ${version}\n`])),
  };
}

/** A site in a folder that goes from version to version; each changes one file in a hundred, and the page. */
export function corpus(dir: string) {
  const write = (path: string, bytes: string | Buffer) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  };
  const own = Object.keys(page(0)).length;
  for (let index = 0; index < FILES - own; index++) write(pathOf(index), content(`${index}`, index % 2 === 1));
  let version = 0;
  for (const [path, text] of Object.entries(page(0))) write(path, text);
  return {
    dir,
    next(): void {
      for (const path of Object.keys(page(version)).filter((one) => one !== "index.html")) rmSync(join(dir, path));
      version++;
      for (const [path, text] of Object.entries(page(version))) write(path, text);
      for (let n = 0; n < FILES * CHANGED_SHARE; n++) {
        const index = (version * 37 + n * 101) % (FILES - own);
        write(pathOf(index), content(`${index} of ${version}`, index % 2 === 1));
      }
    },
  };
}
