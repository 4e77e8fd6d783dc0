import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { NO_DEPENDENCIES } from "../../scripts/metadata/no_dependencies.ts";

/** A folder with files as `wmill sync` reads and writes them. */
export type Checkout = {
  dir: string;
  write(files: Record<string, string>): void;
  remove(...paths: string[]): void;
  /** Every file by its path, without what the CLI keeps for itself. */
  read(): Record<string, string>;
};

const WMILL_YAML = `defaultTs: bun
includes: ["f/**"]
excludes: []
codebases: []
skipSecrets: true
includeSchedules: true
includeTriggers: true
nonDottedPaths: true
syncBehavior: v1
`;

const opened: string[] = [];

export function checkout(files: Record<string, string> = {}, settings = WMILL_YAML): Checkout {
  const dir = mkdtempSync(join(tmpdir(), "run8n-checkout-"));
  opened.push(dir);
  const write = (more: Record<string, string>) => {
    for (const [path, content] of Object.entries(more)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), content);
    }
  };
  write({ "wmill.yaml": settings, ...files });
  return {
    dir,
    write,
    remove: (...paths) => {
      for (const path of paths) rmSync(join(dir, path), { recursive: true });
    },
    read() {
      const found = readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !["wmill.yaml", "wmill-lock.yaml"].includes(entry.name))
        .map((entry) => join(entry.parentPath, entry.name));
      return Object.fromEntries(found.sort().map((path) => [path.slice(dir.length + 1), readFileSync(path, "utf8")]));
    },
  };
}

/** Removes every checkout that this test file made. */
export function removeCheckouts(): void {
  for (const dir of opened.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** The three files of a script; `meta` goes into its `.script.yaml` as it is. */
export const scriptFiles = (path: string, content: string, meta = ""): Record<string, string> => ({
  [`${path}.ts`]: content,
  [`${path}.script.lock`]: NO_DEPENDENCIES,
  [`${path}.script.yaml`]: `summary: ''
description: ''
lock: '!inline ${path}.script.lock'
kind: script
schema:
  $schema: https://json-schema.org/draft/2020-12/schema
  type: object
  properties: {}
  required: []
${meta}`,
});

export const folderFiles = (name: string): Record<string, string> => ({
  [`f/${name}/folder.meta.yaml`]: `summary: null
display_name: ${name}
extra_perms: {}
owners: []
`,
});
