import { createHash } from "node:crypto";
import { InvalidInputError } from "../../errors.ts";
import type { Sql } from "../../postgres/connect.ts";
import { type Base, requireBase } from "../base.ts";
import type { Nocodb } from "../client.ts";
import { readTables } from "../metadata.ts";
import { baselineSql, upgradeSql } from "./baseline.ts";
import { readLive } from "./live.ts";
import { isPlainIndex, schemaOf } from "./model.ts";
import { overlayOf, type VirtualField } from "./overlay.ts";
import { prismaText } from "./prisma_text.ts";
import { findProblems, type Problem } from "./problems.ts";

export type Snapshot = {
  project: string;
  schema: string;
  /** `prisma/schema.prisma`. */
  prismaSchema: string;
  /**
   * `prisma/migrations/<name>/migration.sql`. The first is the live schema as it stands and is to be recorded as applied; the
   * second, when there is one, makes enums of choices and foreign keys of links, and is to be applied.
   */
  migrations: { name: string; sql: string; apply: boolean }[];
  counts: { models: number; enums: number; relations: number };
  /** Fields that have no column, with what to do in their place. */
  virtualFields: VirtualField[];
  /** What is not carried over, or otherwise than one might think. */
  notes: string[];
  /** Rows that the second migration would fail on; mend them first. */
  problems: Problem[];
  /** The commands that take it over, in order. */
  adopt: string[];
  /** Of all texts: the same base gives the same. */
  hash: string;
};

function choicesAsText(value: unknown): boolean {
  if (value === undefined || value === null || value === "enum") return false;
  if (value === "text") return true;
  throw new InvalidInputError('choices must be "enum" or "text"', {
    hint: "Leave it out for enums.",
    details: { argument: "choices" },
  });
}

export const BASELINE = "00000000000000_baseline";
export const UPGRADE = "00000000000001_choices_and_links";

/**
 * What Prisma needs to go on from a project's base: a schema, the baseline migration that equals the live schema, and one
 * more that keeps what only NocoDB knew. Reads only. Throws NotFound for a project without a base.
 */
export async function takeSnapshot(
  { nocodb, onTables }: { nocodb: Nocodb; onTables: <T>(base: Base, work: (sql: Sql) => Promise<T>) => Promise<T> },
  { project, choices }: { project: string; choices?: unknown },
): Promise<Snapshot> {
  const asText = choicesAsText(choices);
  const base = await requireBase(nocodb, project);
  const tables = await readTables(nocodb, base, { between: true });
  return onTables(base, async (sql) => {
    const live = await readLive(sql, base.schema);
    const overlay = overlayOf(live, tables);
    if (asText) overlay.choices.clear();
    const schema = schemaOf(live, overlay);
    const prismaSchema = prismaText(schema);
    const upgrade = upgradeSql(schema);
    const migrations = [
      { name: BASELINE, sql: baselineSql(live), apply: false },
      ...(upgrade ? [{ name: UPGRADE, sql: upgrade, apply: true }] : []),
    ];
    const hash = createHash("sha256")
      .update(JSON.stringify([prismaSchema, migrations]))
      .digest("hex");
    const relations = schema.models.flatMap((model) => model.relations).filter(({ key }) => key).length;
    const indexes = live.tables.flatMap(({ name, indexes }) =>
      indexes.filter((one) => !isPlainIndex(one)).map((one) => `${one.name} of ${name}`),
    );
    return {
      ...{ project: base.project, schema: base.schema, prismaSchema, migrations },
      counts: { models: schema.models.length, enums: schema.enums.length, relations },
      virtualFields: overlay.virtualFields,
      notes: [
        ...overlay.notes,
        ...live.others.map((one) => `${one} is in the schema and not in the baseline: Prisma has no word for it`),
        ...indexes.map(
          (one) => `index ${one} is in the baseline only: Prisma knows no index over a part or an expression`,
        ),
      ],
      problems: await findProblems(sql, base.schema, schema),
      adopt: [
        `prisma migrate resolve --applied ${BASELINE}`,
        // NocoDB fails to read a column whose type has changed until it has been told.
        ...(upgrade
          ? ["prisma migrate deploy", `run8n call f/infra/nocodb/sync_metadata project=${base.project}`]
          : []),
        "prisma generate",
      ],
      hash,
    };
  });
}
