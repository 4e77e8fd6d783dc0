import { findBase } from "../../nocodb/base.ts";
import { openNocodb } from "../../nocodb/client.ts";
import { baseGap, baseRemains, endBase } from "../../nocodb/end_base.ts";
import { ensureBase, renewLogin } from "../../nocodb/ensure_base.ts";
import { onTablesOf } from "../../nocodb/tables_database.ts";
import type { NocodbValue } from "../../resources.ts";
import type { Finding, Kind } from "./kind.ts";

const GAPS = {
  missing: { action: "create", why: "it does not exist" },
  elsewhere: { action: "update", why: "it is not on the project's schema" },
  "no login": { action: "update", why: "NocoDB has no login to the project's schema" },
} as const;

/**
 * The base in NocoDB, which shows the project's schema. NocoDB reaches it as the schema's owner, so it is locked when the
 * schema is. A manifest that no longer wants a base leaves the one that there is.
 */
export const baseKind: Kind = {
  kind: "base",
  async plan({ connection }, { project, manifest }): Promise<Finding[]> {
    if (!manifest.database.base) return [];
    const gap = await baseGap(openNocodb(await connection<NocodbValue>("nocodb")), project);
    return gap ? [{ ...GAPS[gap], what: `NocoDB base of ${project}`, risk: "safe" }] : [];
  },
  async apply({ sql, workspace, connection }, { project, manifest }) {
    if (!manifest.database.base) return { status: "unchanged" };
    const nocodb = openNocodb(await connection<NocodbValue>("nocodb"));
    return ensureBase({ sql, workspace, nocodb }, { project, storage: "project_schema" });
  },
  /** After the schema, whose owner has a new password by now; NocoDB drops the sessions that it has with the old one. */
  async rotate({ workspace, optional }, project) {
    const server = await optional<NocodbValue>("nocodb");
    if (!server) return [];
    const nocodb = openNocodb(server);
    if ((await findBase(nocodb, project))?.storage !== "project_schema") return [];
    await renewLogin({ workspace, nocodb }, project);
    return [{ what: "NocoDB login", status: "updated", previousWorksUntil: null }];
  },
  async list({ optional }, project) {
    const server = await optional<NocodbValue>("nocodb");
    return server ? baseRemains(openNocodb(server), project) : [];
  },
  async drop({ sql, db, optional }, project) {
    const server = await optional<NocodbValue>("nocodb");
    return server ? endBase({ sql, nocodb: openNocodb(server), onTables: onTablesOf(db, server) }, project) : {};
  },
};
