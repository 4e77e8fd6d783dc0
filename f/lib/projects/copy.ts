import { operate } from "../operations/operate.ts";
import { copyInto, MAX_COPY_BYTES, tablesOf } from "../postgres/copy/copy.ts";
import { schemaNames } from "../postgres/roles.ts";
import { BILLING_TABLES } from "../stripe/tables.ts";
import type { Ports, Target } from "./kinds/kind.ts";

export type Copy = { from: string; data: boolean };

/** Which copy of production a preview still needs: until it was live once, and as long as it has no tables of its own. */
export async function copyToMake(
  { sql }: Pick<Ports, "sql">,
  { project, before, environment: { of, preview } }: Target,
): Promise<Copy | undefined> {
  if (!preview || preview.copy === "nothing" || before) return undefined;
  const [mine, theirs] = [await tablesOf(sql, schemaNames(project)), await tablesOf(sql, schemaNames(of))];
  return mine.length === 0 && theirs.length > 0 ? { from: of, data: preview.copy === "data" } : undefined;
}

/**
 * Makes that copy; answers whether there was one to make. What names customers in Stripe stays with production, which is
 * what sells. Throws TooLarge for rows that take more than a gigabyte.
 */
export async function copyProduction(ports: Ports, target: Target): Promise<boolean> {
  const copy = await copyToMake(ports, target);
  if (!copy) return false;
  const { sql } = ports;
  const { project } = target;
  const operation = { sql, verb: "infra/postgres/copy_schema", project, arguments: { project, ...copy } };
  const limits = { data: copy.data, maxBytes: MAX_COPY_BYTES, withoutRows: BILLING_TABLES };
  await operate({ ...operation, leaseSeconds: 3600 }, async () => {
    // Another caller may have made it while this one waited, and more tables since.
    if (!(await copyToMake(ports, target))) return { status: "unchanged" };
    return copyInto(ports, schemaNames(project), schemaNames(copy.from), limits);
  });
  return true;
}
