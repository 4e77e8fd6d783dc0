import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { parse } from "yaml";
import { Failure } from "../failure.ts";
import { type Item, itemsOf } from "./items.ts";

/**
 * What the checkout wants to push, copied aside: the comparison and the push then see the same files, and what `wmill`
 * writes beside them (missing metadata) does not land in the checkout.
 */
export type Stage = {
  dir: string;
  items: Map<string, Item>;
  /** Stands for the content of all files. */
  digest: string;
  isIncluded: (path: string) => boolean;
  remove(): void;
};

export function stage(checkout: string): Stage {
  const folders = includedFolders(join(checkout, "wmill.yaml"));
  const isIncluded = (path: string) => folders.some((folder) => path.startsWith(`${folder}/`));
  const dir = mkdtempSync(join(tmpdir(), "run8n-push-"));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  process.once("exit", remove); // Ctrl-C in the middle of a push ends the process, not the function
  for (const name of ["wmill.yaml", "f"]) cpSync(join(checkout, name), join(dir, name), { recursive: true });
  const files = new Map<string, string>();
  for (const entry of readdirSync(join(dir, "f"), { recursive: true, withFileTypes: true })) {
    const path = relative(dir, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (entry.isFile() && isIncluded(path)) files.set(path, readFileSync(join(dir, path), "utf8"));
  }
  const digest = createHash("sha256")
    .update(JSON.stringify([...files].sort()))
    .digest("hex");
  return { dir, items: itemsOf(files, parse), digest, isIncluded, remove };
}

/** The service folders that `wmill.yaml` names. A wider pattern would reach other people's work, so it is refused. */
export function includedFolders(path: string): string[] {
  const { includes } = parse(readFileSync(path, "utf8")) as { includes?: unknown };
  if (!Array.isArray(includes)) throw tooWide("wmill.yaml has no list of includes");
  return includes.map((pattern) => {
    const folder = /^(f\/(?:lib|(?:infra|api)\/[a-z0-9_]+))\/\*\*$/.exec(String(pattern))?.[1];
    if (!folder) throw tooWide(`wmill.yaml includes ${pattern}, which is not one of our folders`);
    return folder;
  });
}

const tooWide = (message: string) =>
  new Failure(message, {
    hint: "List f/lib/** and each f/infra/<service>/** and f/api/<service>/** by name.",
    exitCode: 2,
  });
