import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Migration } from "../../../f/lib/postgres/migrations/script.ts";
import { usage } from "../failure.ts";

/** The migrations of a project folder, in the order in which Prisma applies them. */
export function readMigrations(dir: string): Migration[] {
  const root = join(dir, "prisma/migrations");
  if (!existsSync(root)) {
    throw usage(`${dir} has no prisma/migrations`, "Write one with `prisma migrate dev`, or pass --dir.");
  }
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  return names
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => {
      const file = join(root, name, "migration.sql");
      if (!existsSync(file)) throw usage(`${file} is missing`, "Bring it back, or remove its folder.");
      return { name, sql: readFileSync(file, "utf8") };
    });
}
