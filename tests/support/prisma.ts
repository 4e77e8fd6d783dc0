import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters as plain } from "node:util";
import type { PostgresqlValue } from "../../f/lib/resources.ts";

const MODULES = resolve(import.meta.dirname, "../../node_modules");
const ADAPTER = pathToFileURL(join(import.meta.dirname, "prisma_adapter.ts")).href;

/** Prisma would look for engines to download; its engine in WebAssembly needs none, and these satisfy the look. */
const ENV = {
  PRISMA_QUERY_ENGINE_LIBRARY: "/bin/true",
  PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true",
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
  CHECKPOINT_DISABLE: "1",
  // A schema has to name one; the adapter's connection is what counts.
  DATABASE_URL: "postgresql://unused",
  CI: "1",
};

/** Its deadline for an advisory lock, ten seconds, would otherwise be waited for after the work is done. */
const NO_WAIT = `data:text/javascript,const set = setTimeout;
globalThis.setTimeout = (work, ms, ...rest) => { const timer = set(work, ms, ...rest); if (ms === 10000) timer.unref(); return timer; }`;

export type PrismaRun = { code: number; output: string };

export type PrismaProject = {
  dir: string;
  /** Writes files below the project's folder, such as `prisma/schema.prisma`. */
  write(files: Record<string, string>): void;
  /** Runs `prisma <args>`; never throws: look at `code`. The output is standard output, then standard error. */
  run(...args: string[]): Promise<PrismaRun>;
  remove(): void;
};

/**
 * A folder in which the real Prisma CLI works on the given database as its login sees it (its first schema on the search
 * path), with `shadow` as the shadow database. `schema.prisma` begins with DATASOURCE.
 */
export function prismaProject(
  { db, schema, shadow }: { db: PostgresqlValue; schema: string; shadow?: PostgresqlValue },
  files: Record<string, string> = {},
): PrismaProject {
  const dir = mkdtempSync(join(tmpdir(), "run8n-prisma-"));
  const write = (more: Record<string, string>) => {
    for (const [path, content] of Object.entries(more)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), content);
    }
  };
  symlinkSync(MODULES, join(dir, "node_modules"));
  write({
    "prisma.config.ts": `
import { defineConfig } from "prisma/config";
import { adapterOf } from ${JSON.stringify(ADAPTER)};
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  experimental: { adapter: true },
  engine: "js",
  adapter: async () => adapterOf(${JSON.stringify({ db, schema, shadow })}),
});`,
    "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
    ...files,
  });
  return {
    dir,
    write,
    run: (...args) =>
      new Promise((done) => {
        const env = { PATH: process.env.PATH, HOME: dir, ...ENV };
        const argv = ["--import", NO_WAIT, join(MODULES, "prisma/build/index.js"), ...args];
        execFile(process.execPath, argv, { cwd: dir, env }, (error, stdout, stderr) =>
          done({ code: error ? Number(error.code ?? 1) : 0, output: plain(stdout + stderr) }),
        );
      }),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The start of a `schema.prisma` for such a project. */
export const DATASOURCE = `datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n`;
