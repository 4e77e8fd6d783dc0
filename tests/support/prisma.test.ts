import { afterAll, beforeAll, expect, it } from "vitest";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { testDatabase } from "./database.ts";
import { DATASOURCE, type PrismaProject, prismaProject } from "./prisma.ts";

const db = testDatabase();
const MODEL = "model User {\n  id Int @id @default(autoincrement())\n  name String\n}\n";
const SQL = `-- CreateTable
CREATE TABLE "User" ("id" SERIAL NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
`;
let project: PrismaProject;

beforeAll(() => {
  project = prismaProject(
    { db, schema: "public" },
    { "prisma/schema.prisma": DATASOURCE + MODEL, "prisma/migrations/0_init/migration.sql": SQL },
  );
});
afterAll(() => project.remove());

it("runs the real Prisma without a download: validate, deploy, status, diff", async () => {
  expect(await project.run("validate")).toMatchObject({ code: 0 });
  expect(await project.run("migrate", "status")).toMatchObject({ code: 1 });
  expect(await project.run("migrate", "deploy")).toMatchObject({ code: 0 });
  const status = await project.run("migrate", "status");
  expect(status).toMatchObject({ code: 0, output: expect.stringContaining("Database schema is up to date!") });
  const { rows } = await withPostgres(db, (sql) => sql.query('select migration_name from public."_prisma_migrations"'));
  expect(rows).toEqual([{ migration_name: "0_init" }]);
  const diff = await project.run(
    ...["migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema-datamodel", "prisma/schema.prisma"],
    "--exit-code",
  );
  expect(diff).toMatchObject({ code: 0, output: expect.stringContaining("No difference detected.") });
});
