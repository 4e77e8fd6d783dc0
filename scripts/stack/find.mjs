import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// Plain JavaScript, because setup needs these look-ups before anything is installed that could run TypeScript.

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const POSTGRES = ["postgres", "initdb", "pg_dump", "pg_restore", "psql"];

/**
 * Where servers hide: Debian keeps Postgres off the PATH, and daemons in sbin; brew keeps versioned kegs.
 * RUN8N_PROGRAM_FOLDERS, when set, replaces the list.
 * @returns {string[]}
 */
function folders() {
  const only = process.env.RUN8N_PROGRAM_FOLDERS;
  if (only !== undefined) return only.split(delimiter);
  const versioned = (/** @type {string} */ root, /** @type {string} */ below) =>
    existsSync(root)
      ? readdirSync(root)
          .sort((a, b) => Number.parseFloat(b.replace(/^\D*/, "")) - Number.parseFloat(a.replace(/^\D*/, "")))
          .map((version) => join(root, version, below))
      : [];
  return [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/sbin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
    ...versioned("/usr/lib/postgresql", "bin"),
    ...["/opt/homebrew/opt", "/usr/local/opt"].flatMap((root) =>
      versioned(root, "bin").filter((folder) => folder.includes("postgresql@")),
    ),
  ];
}

/**
 * The absolute path of a program, or nothing. Postgres's programs must be of one version, so they are looked for in
 * the versioned folders first.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findBinary(name) {
  const all = folders();
  const ordered = POSTGRES.includes(name) ? [...all.filter((folder) => folder.includes("postgresql")), ...all] : all;
  return ordered.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * The bun that package.json pins. Its install script puts it in place; where npm does not run install scripts the
 * place holds a small stand-in, and the one for this machine is still in its platform package.
 * @param {string} [root] the checkout
 * @returns {string | undefined}
 */
export function findBun(root = checkout) {
  const placed = join(root, "node_modules/bun/bin/bun.exe");
  if (existsSync(placed) && statSync(placed).size > 1_000_000) return placed;
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  return ["", "-baseline", "-musl", "-musl-baseline"]
    .map((variant) => join(root, `node_modules/@oven/bun-${process.platform}-${arch}${variant}/bin/bun`))
    .find((path) => existsSync(path) && spawnSync(path, ["--version"]).status === 0);
}
