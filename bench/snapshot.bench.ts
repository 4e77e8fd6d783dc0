import { readFileSync } from "node:fs";
import { takeSnapshot } from "../f/lib/nocodb/snapshot/snapshot.ts";
import { onTablesOf } from "../f/lib/nocodb/tables_database.ts";
import { DATASOURCE, prismaProject } from "../tests/support/prisma.ts";
import { loginFor } from "../tests/support/schema_login.ts";
import { PROJECT, withNocodb } from "./nocodb.ts";
import { type Bench, inTurn } from "./report.ts";
import { judge } from "./snapshot/judge.ts";
import { TABLES } from "./snapshot/tables.ts";

/**
 * Thirty NocoDB tables written down as a Prisma schema, against `prisma db pull` of the same live schema. That one runs
 * with its engine in WebAssembly, because the native one is a download, and its time includes the start of its process.
 * It sees the database only, so it cannot know choices, nor links where NocoDB made no foreign key; what it can know is
 * told by the single counts.
 */
const bench: Bench = {
  summary: `${TABLES.length} NocoDB tables as a Prisma schema, against prisma db pull`,
  run: ({ runs: asked }) =>
    withNocodb("project_schema", async ({ db, nocodb, name, tables }) => {
      await tables(TABLES);
      const viewer = await loginFor(db, PROJECT);
      const prisma = prismaProject({ db: viewer, schema: PROJECT }, { "prisma/schema.prisma": DATASOURCE });
      try {
        const texts = { ours: "", theirs: "" };
        const timed = await inTurn(
          {
            case: `${TABLES.length} tables written down, ${name}`,
            rival: `prisma ${versionOf("prisma")} db pull`,
            runs: Math.max(1, Math.round(asked / 3)),
          },
          async () => {
            const taken = await takeSnapshot({ nocodb, onTables: onTablesOf(db, nocodb.value) }, { project: PROJECT });
            texts.ours = taken.prismaSchema;
            return undefined;
          },
          async () => {
            const { code, output } = await prisma.run("db", "pull", "--print");
            if (code !== 0) throw new Error(`prisma db pull: ${output}`);
            texts.theirs = output;
            return undefined;
          },
        );
        const [ours, theirs] = [judge(texts.ours), judge(texts.theirs)];
        return {
          cases: [timed],
          counts: {
            ...{ models: TABLES.length, modelsRight: ours.models, rivalRight: theirs.models },
            ...{ typesRight: ours.types, rivalTypesRight: theirs.types },
            ...{ relationsRight: ours.relations, rivalRelationsRight: theirs.relations },
            ...{ enumsRight: ours.enums, rivalEnumsRight: theirs.enums },
            ...{ namesRight: ours.names, rivalNamesRight: theirs.names },
          },
        };
      } finally {
        prisma.remove();
      }
    }),
};
export default bench;

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
