import { createHash } from "node:crypto";
import { relativeImports } from "../parser.ts";
import type { ScriptStore } from "../store/scripts.ts";
import { type RuntimeName, runtimeOf } from "./languages.ts";

/** The code of one job with every script it imports, directly or not. */
export type Sources = {
  entry: string;
  /** Workspace path to content, the entry included. */
  files: Map<string, string>;
  lock: string | null;
  runtime: RuntimeName;
  /** Equal sources have an equal key. */
  key: string;
};

export type Code = { path: string; content: string; lock: string | null; language: string };

/**
 * Follows a script's imports through the deployed scripts. `substitutes` stand in for them in a preview. An import that
 * is not deployed is left out; bundling then fails and names it.
 */
export function gatherSources(
  code: Code,
  scripts: ScriptStore,
  substitutes: (path: string) => string | undefined = () => undefined,
): Sources {
  const files = new Map([[code.path, code.content]]);
  const unread = [code.path];
  for (let path = unread.pop(); path !== undefined; path = unread.pop()) {
    for (const imported of relativeImports(files.get(path) as string, path)) {
      if (files.has(imported)) continue;
      const content = substitutes(imported) ?? scripts.deployed(imported)?.content;
      if (content === undefined) continue;
      files.set(imported, content);
      unread.push(imported);
    }
  }
  const runtime = runtimeOf(code.language, code.content);
  return { entry: code.path, files, lock: code.lock, runtime, key: keyOf(code, files) };
}

function keyOf(code: Code, files: Map<string, string>): string {
  const hash = createHash("sha256").update(`${Bun.version}\n${code.language}\n${code.path}\n${code.lock ?? ""}\n`);
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${path}\0${content}\0`);
  return hash.digest("hex").slice(0, 40);
}

/** `import x from "pkg@1.2.3/sub"` means version 1.2.3 to the lock; to the bundler it is `pkg/sub`. */
export function withoutPins(content: string): string {
  return content.replace(
    /(\b(?:from|import)\s*\(?\s*["'])((?:@[\w.-]+\/)?[a-z0-9_][\w.-]*)@[^"'/\s]+((?:\/[^"']*)?["'])/g,
    "$1$2$3",
  );
}
