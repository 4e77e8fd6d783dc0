import { checkKey, keyOf } from "../../access/check.ts";
import type { KeyScope } from "../../access/scopes.ts";
import { NotFoundError } from "../../errors.ts";
import type { Guard, GuardedRequest } from "../../gate/admit.ts";
import { member, user } from "../../gotrue/guard.ts";
import { asApp } from "../../postgres/as_app.ts";
import { withPostgres } from "../../postgres/connect.ts";
import { namedResource, type PostgresqlValue } from "../../resources.ts";
import { SHARED } from "../chunk_points.ts";
import { findIndex } from "../index_record.ts";
import type { IndexSettings } from "../index_settings.ts";

/** Who asks an index, and whose documents they see: their own, and those that are everybody's. */
export type Reader = {
  /** What limits and conversations are counted by; empty for a stranger, who is known by their address. */
  id: string;
  tenants: string[];
  settings: IndexSettings;
};

/**
 * Lets in whom the index is for. Whose documents they see is decided here, by who they are, and by nothing that they send.
 * An access key sees what is everybody's.
 */
export const reader =
  (scope: KeyScope): Guard<Reader> =>
  async (request) => {
    const { index } = request.input as { index: string };
    const settings = await asApp(
      request.project,
      async (sql) => (await findIndex(sql, request.project, index))?.settings,
    );
    if (!settings) throw noIndex();
    const key = keyOf({ headers: { authorization: request.authorization } });
    if (key !== undefined) return { id: await keyId(request, key, scope), tenants: [SHARED], settings };
    if (settings.audience === "public") return { id: "", tenants: [SHARED], settings };
    const who = settings.audience === "members" ? await member("member")(request) : await user()(request);
    const own = settings.tenancy === "user" ? who.id : (who as { organization?: string }).organization;
    return { id: who.id, tenants: own && settings.tenancy !== "none" ? [own, SHARED] : [SHARED], settings };
  };

async function keyId({ project }: GuardedRequest, key: string, verb: KeyScope): Promise<string> {
  const db = await namedResource<PostgresqlValue>("f/infra/postgres");
  const { id } = await withPostgres(db, (sql) => checkKey(sql, { key, project, verb }));
  return `key_${id}`;
}

const noIndex = (): NotFoundError =>
  new NotFoundError("The project has no such index", { hint: "Check the name that the request sends as index." });
