import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../../../../support/database.ts";
import { migratedProject } from "../../../../support/migrated_project.ts";
import { DATASOURCE, type PrismaProject, prismaProject } from "../../../../support/prisma.ts";

const db = testDatabase();
const SCHEMA = `${DATASOURCE}
enum Mood {
  GOOD
  BAD
}
model User {
  id Int @id @default(autoincrement())
  email String @unique
  mood Mood @default(GOOD)
  posts Post[]
}
model Post {
  id String @id @default(uuid()) @db.Uuid
  author User @relation(fields: [authorId], references: [id], onDelete: Cascade)
  authorId Int
  @@index([authorId])
}
`;
const SECOND = { name: "20250102000000_more", sql: 'alter table "Post" add column title text;\r\n' };

let project: Awaited<ReturnType<typeof migratedProject>>;
let prisma: PrismaProject;
let first: { name: string; sql: string };

beforeAll(async () => {
  project = await migratedProject(db);
  prisma = prismaProject({ db: project.owner, schema: project.schema }, { "prisma/schema.prisma": SCHEMA });
  const script = ["--script", "--output", "init.sql"];
  const target = ["--from-empty", "--to-schema-datamodel", "prisma/schema.prisma"];
  expect(await prisma.run("migrate", "diff", ...target, ...script)).toMatchObject({ code: 0 });
  first = { name: "20250101000000_init", sql: readFileSync(join(prisma.dir, "init.sql"), "utf8") };
  for (const { name, sql } of [first, SECOND]) prisma.write({ [`prisma/migrations/${name}/migration.sql`]: sql });
});
afterAll(() => prisma?.remove());

describe("the real Prisma", () => {
  it("finds up to date what we have applied, applies the rest itself, and we find that applied", async () => {
    await project.apply([first]);
    const behind = await prisma.run("migrate", "status");
    expect(behind).toMatchObject({ code: 1, output: expect.stringContaining(SECOND.name) });
    expect(behind.output).not.toMatch(/modified|failed|diverge/i);
    expect(await prisma.run("migrate", "deploy")).toMatchObject({ code: 0 });
    expect(await project.apply([first, SECOND])).toMatchObject({ status: "unchanged", total: 2 });
    const third = { name: "20250103000000_third", sql: "-- This is an empty migration." };
    prisma.write({ [`prisma/migrations/${third.name}/migration.sql`]: third.sql });
    await project.apply([first, SECOND, third]);
    const status = await prisma.run("migrate", "status");
    expect(status).toMatchObject({ code: 0, output: expect.stringContaining("Database schema is up to date!") });
  });

  it("says that a migration of ours failed, until it is applied", async () => {
    const broken = { name: "20250104000000_broken", sql: "select nonsense;" };
    const all = [first, SECOND, { name: "20250103000000_third", sql: "-- This is an empty migration." }];
    await expect(project.apply([...all, broken])).rejects.toMatchObject({ code: "invalid_input" });
    prisma.write({ [`prisma/migrations/${broken.name}/migration.sql`]: "select 1;" });
    const status = await prisma.run("migrate", "status");
    expect(status).toMatchObject({ code: 1, output: expect.stringMatching(/failed[\s\S]*20250104000000_broken/) });
    await project.apply([...all, { ...broken, sql: "select 1;" }]);
    expect(await prisma.run("migrate", "status")).toMatchObject({ code: 0 });
  });
});
