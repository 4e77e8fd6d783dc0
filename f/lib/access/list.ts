import { projectName } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { type AccessKey, findKeys, shown } from "./record.ts";

/** The keys of a project in all its environments, newest first: those that work, and on request those that no longer do. */
export async function listAccess(
  sql: Sql,
  { project, all }: { project: string; all?: boolean | null },
): Promise<{ items: AccessKey[] }> {
  const condition = all ? "project = $1" : "project = $1 and revoked_at is null and expires_at > now()";
  return { items: (await findKeys(sql, condition, [projectName(project)])).map(shown) };
}
