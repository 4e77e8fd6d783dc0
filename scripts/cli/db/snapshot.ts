import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Snapshot } from "../../../f/lib/nocodb/snapshot/snapshot.ts";
import { Failure } from "../failure.ts";
import type { Style } from "../style.ts";
import type { DbAction } from "./action.ts";

type File = { path: string; content: string; status: "created" | "updated" | "unchanged" };

const MIGRATIONS = "prisma/migrations";

export const snapshot: DbAction = {
  summary: "write the NocoDB base down as ./prisma, to go on with migrations",
  args: [],
  options: {
    "dry-run": { type: "boolean", help: "show what would run or be written, and do nothing" },
    choices: { type: "string", value: "enum|text", help: "what single selects become (default: enum)" },
    force: { type: "boolean", help: "write over files of ./prisma that differ" },
  },
  async run({ project, dir, values, windmill, terminal }) {
    const taken = (await terminal.step(
      "snapshot",
      () => windmill.run("script", "f/infra/nocodb/snapshot_schema", { project, choices: values.choices }),
      (answer) => `${(answer as Snapshot).counts.models} models`,
    )) as Snapshot;
    const files = filesOf(dir, taken);
    if (!values.force) refuseLoss(dir, files);
    const dryRun = values["dry-run"] === true;
    for (const { path, content, status } of dryRun ? [] : files) {
      if (status === "unchanged") continue;
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), content);
    }
    const { prismaSchema: _, migrations, ...rest } = taken;
    const document = { ...rest, migrations: migrations.map(({ name, apply }) => ({ name, apply })) };
    return {
      text: textOf(taken, files, { dryRun, style: terminal.style }),
      document: { ...document, files: files.map(({ path, status }) => ({ path, status })), dryRun },
    };
  },
};

/** What belongs into the project's folder, against what is there. */
function filesOf(dir: string, { prismaSchema, migrations }: Snapshot): File[] {
  const texts: [path: string, content: string][] = [
    ["prisma/schema.prisma", prismaSchema],
    [`${MIGRATIONS}/migration_lock.toml`, 'provider = "postgresql"\n'],
    ...migrations.map(({ name, sql }): [string, string] => [`${MIGRATIONS}/${name}/migration.sql`, sql]),
  ];
  return texts.map(([path, content]) => {
    const before = existsSync(join(dir, path)) ? readFileSync(join(dir, path), "utf8") : undefined;
    // Prisma writes a comment of its own above the provider; the file says the same with it.
    const isSame = before === content || (path.endsWith(".toml") && before?.includes(content.trim()));
    return { path, content, status: before === undefined ? "created" : isSame ? "unchanged" : "updated" };
  });
}

/** A folder that has gone on already is the truth now; what is in it is nothing to write over by mistake. */
function refuseLoss(dir: string, files: File[]): void {
  const differing = files.filter(({ status }) => status === "updated").map(({ path }) => path);
  const known = files.map(({ path }) => path.split("/")[2]);
  const others = existsSync(join(dir, MIGRATIONS))
    ? readdirSync(join(dir, MIGRATIONS), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !known.includes(entry.name))
        .map(({ name }) => `${MIGRATIONS}/${name}`)
    : [];
  if (differing.length + others.length === 0) return;
  throw new Failure(`the project has gone on from another snapshot: ${[...differing, ...others].join(", ")}`, {
    hint: "See what differs with f/infra/nocodb/check_drift; pass --force to write over the files of the snapshot.",
    details: { code: "conflict", differing, others },
  });
}

function textOf(taken: Snapshot, files: File[], { dryRun, style }: { dryRun: boolean; style: Style }): string {
  const { project, counts, virtualFields, notes, problems, migrations } = taken;
  const { green, yellow, dim, bold } = style;
  const marks = { created: green("+"), updated: yellow("~"), unchanged: dim("=") };
  const written = files.some(({ status }) => status !== "unchanged");
  const upgrade = migrations.find(({ apply }) => apply);
  return [
    ...files.map(({ path, status }) => `  ${marks[status]} ${path}`),
    ...virtualFields.map(({ table, field, type, detail }) => `  ${yellow("!")} ${table}.${field} (${type}): ${detail}`),
    ...notes.map((one) => `  ${yellow("!")} ${one}`),
    ...problems.map(
      ({ table, column, rows, detail }) => `  ${yellow("!")} ${rows} rows of ${table}: ${column} ${detail}`,
    ),
    "",
    `${bold(project)}: ${counts.models} models, ${counts.enums} enums, ${counts.relations} relations${dryRun ? "; nothing was written" : ""}.`,
    ...(written
      ? [
          `${dim("1.")} run8n db migrate --baseline ${migrations.find(({ apply }) => !apply)?.name}`,
          ...(upgrade ? [`${dim("2.")} run8n call f/infra/nocodb/sync_metadata project=${project}`] : []),
        ]
      : []),
  ].join("\n");
}
