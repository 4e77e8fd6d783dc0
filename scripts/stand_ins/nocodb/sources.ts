import { requireRole } from "./access.ts";
import type { basesOf } from "./bases.ts";
import type { Integration, Source } from "./metadata.ts";
import { badBody, missing, unsupported } from "./refused.ts";
import { type Body, onePage, type Route } from "./serve.ts";
import { newId, poolOf, type Store } from "./store.ts";

/** External databases: an integration holds the login, a source brings one of its schemas into a base. */
export function sourcesOf(store: Store, bases: ReturnType<typeof basesOf>, adopt: (source: Source) => Promise<void>) {
  const shown = ({ connection: _, schema: __, ...integration }: Integration) => ({
    ...integration,
    ...{ type: "database", sub_type: "pg", is_private: false },
  });
  const settings = (body: Body): Pick<Integration, "connection" | "schema"> => {
    if (body?.type !== "database" || body?.sub_type !== "pg") throw unsupported("integrations other than Postgres");
    const { host, port, user, password, database } = body.config?.connection ?? {};
    const schema = body.config?.searchPath?.[0];
    if (!host || !user || !database || !schema) throw badBody("Invalid request body");
    return { connection: { host, port: Number(port), user, password, database }, schema };
  };
  const find = (id: string): Integration => {
    const integration = store.find("integration", id);
    if (!integration) throw missing("Source", id);
    return integration;
  };
  const create: Route = async ({ body }) => {
    const integration = { id: newId("int"), title: String(body?.title), ...settings(body) };
    await store.put("integration", integration);
    return shown(integration);
  };
  const update: Route = async ({ params, body }) => {
    const integration = { ...find(params.integration as string), title: String(body?.title), ...settings(body) };
    await store.put("integration", integration);
    return shown(integration);
  };
  /** As in NocoDB: one that a base draws on goes only by force. */
  const remove: Route = async ({ params, query }) => {
    const { id } = find(params.integration as string);
    const isUsed = store.all("source").some((one) => one.fk_integration_id === id && store.find("base", one.base_id));
    if (isUsed && query.get("force") !== "true") throw badBody("Integration is linked with multiple bases");
    await store.remove("integration", id);
    return true;
  };
  const attach: Route = async ({ caller, params, body }) => {
    const base = bases.find(params.base as string);
    requireRole(store, caller, base.id, "creator");
    const { connection, schema } = find(body?.fk_integration_id);
    const probe = poolOf(connection);
    await probe.query("select 1").catch(() => {
      throw badBody("Failed to connect to the database");
    });
    await probe.end();
    const source: Source = {
      ...{ id: newId("b"), base_id: base.id, alias: body.alias ?? schema, is_meta: false },
      ...{ fk_integration_id: body.fk_integration_id, is_schema_readonly: body.is_schema_readonly === true },
      is_data_readonly: body.is_data_readonly === true,
    };
    await store.put("source", source);
    await adopt(source);
    return { id: newId("job") };
  };
  const detach: Route = async ({ caller, params }) => {
    const source = store.find("source", params.source as string);
    if (!source || source.base_id !== params.base) throw missing("Source", params.source as string);
    requireRole(store, caller, source.base_id, "creator");
    const tables = store.all("table").filter((one) => one.source_id === source.id);
    const columns = store.all("column").filter((one) => tables.some(({ id }) => id === one.fk_model_id));
    await store.remove("column", ...columns.map(({ id }) => id));
    await store.remove("table", ...tables.map(({ id }) => id));
    await store.remove("source", source.id);
    return true;
  };
  return {
    "/api/v2/meta/integrations": { GET: () => onePage(store.all("integration").map(shown)), POST: create },
    "/api/v2/meta/integrations/:integration": { PATCH: update, DELETE: remove },
    "/api/v2/meta/bases/:base/sources": {
      GET: ({ params, caller }) => {
        requireRole(store, caller, bases.find(params.base as string).id, "viewer");
        return onePage(
          bases.sourcesOf(params.base as string).map((one) => ({ ...one, is_local: one.is_meta, type: "pg" })),
        );
      },
      POST: attach,
    },
    "/api/v2/meta/bases/:base/sources/:source": { DELETE: detach },
  } satisfies Record<string, Record<string, Route>>;
}
