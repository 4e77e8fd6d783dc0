import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where servers hide: Debian keeps Postgres off the PATH, and daemons in sbin; brew keeps versioned kegs. */
function folders(): string[] {
  const versioned = (root: string, below: string) =>
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

/** Postgres's programs must be of one version, so they are looked for in the versioned folders first. */
export function findBinary(name: string): string | undefined {
  const postgres = ["postgres", "initdb", "pg_dump", "pg_restore", "psql"].includes(name);
  const all = folders();
  const ordered = postgres ? [...all.filter((folder) => folder.includes("postgresql")), ...all] : all;
  return ordered.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export function binary(name: string): string {
  const path = findBinary(name);
  if (!path) throw new Error(`${name} is not installed; run "npm start", which installs it or says how`);
  return path;
}

/** The ids of an account, so that a server can run as it when we are root; nothing when we are not. */
export function accountOf(user: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
