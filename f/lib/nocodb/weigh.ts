import { PreconditionError } from "../errors.ts";
import type { Base } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import { filterValue } from "./filter_value.ts";
import { isLink, type Table } from "./metadata.ts";
import type { Change, Draft } from "./plan.ts";

/** Counts what each draft would lose; a draft that puts no value at risk counts nothing. */
export async function weigh(
  { nocodb, base }: { nocodb: Nocodb; base: Base },
  table: Table,
  drafts: Draft[],
): Promise<Change[]> {
  const count = async (where: string) =>
    (await nocodb.get<{ count: number }>(path`/api/v3/data/${base.id}/${table.id}/count`, { where })).count;
  const changes: Change[] = [];
  for (const draft of drafts) {
    const { action, field, detail } = draft;
    const records = await atRisk(draft, count);
    changes.push({ action, field, detail, losesData: records > 0, ...(draft.risk ? { records } : {}) });
    await refuseGaps(draft, count);
  }
  return changes;
}

async function atRisk({ risk, column }: Draft, count: (where: string) => Promise<number>): Promise<number> {
  if (!risk || !column) return 0;
  if (risk.kind === "all") return count(isLink(column) ? linked(column.id, column.uidt) : `(${column.id},notblank)`);
  const parts = risk.choices.map((one) => `(${column.id},anyof,${filterValue(one)})`);
  return count(parts.join("~or"));
}

/** A link that counts has more than none; one that shows a record has one. */
const linked = (id: string, type: string): string => (type === "Links" ? `(${id},gt,0)` : `(${id},notblank)`);

/** A field cannot become required while records have no value in it, and NocoDB would say so half-way. */
async function refuseGaps({ column, definition }: Draft, count: (where: string) => Promise<number>): Promise<void> {
  if (!column || !definition?.required || column.rqd || isLink(column)) return;
  const empty = await count(`(${column.id},null)`);
  if (empty === 0) return;
  throw new PreconditionError(
    `Field ${definition.title} cannot become required: ${empty} records have no value in it`,
    {
      hint: "Give those records a value with update_records, or leave required out.",
      details: { field: definition.title, records: empty },
    },
  );
}
