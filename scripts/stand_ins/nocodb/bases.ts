import { type Caller, isSuper, requireRole } from "./access.ts";
import type { Base, Source } from "./metadata.ts";
import { badBody, forbidden, missing } from "./refused.ts";
import { type Body, onePage, onlyKeys, type Route } from "./serve.ts";
import { newId, now, type Store } from "./store.ts";

export const WORKSPACE = "wstandin";

/** Bases and the databases they draw on. */
export function basesOf(store: Store) {
  const find = (id: string): Base => {
    const base = store.find("base", id);
    if (!base) throw missing("Base", id);
    return base;
  };
  const sourcesOf = (base: string): Source[] => store.all("source").filter((one) => one.base_id === base);
  const shown = (base: Base) => {
    const sources = sourcesOf(base.id)
      .filter(({ is_meta }) => !is_meta)
      .map(({ id, alias, is_schema_readonly, is_data_readonly }) => ({
        ...{ id, title: alias, type: "pg", is_schema_readonly, is_data_readonly },
      }));
    return { ...base, ...(sources.length ? { sources } : {}) };
  };
  const shownV2 = (base: Base) => ({
    ...base,
    fk_workspace_id: WORKSPACE,
    sources: sourcesOf(base.id).map((one) => ({ ...one, type: "pg", is_local: one.is_meta })),
  });
  const visible = (caller: Caller) =>
    store.all("base").filter(({ id }) => isSuper(caller) || store.find("member", `${id}:${caller.user.id}`));
  const titled = (body: Body): string => {
    onlyKeys(body, ["title", "description", "meta"]);
    const title = body?.title;
    if (typeof title !== "string" || title.trim() === "" || title.length > 50) throw badBody("Invalid request body");
    return title;
  };
  const list: Route = ({ caller }) => ({ list: visible(caller).map(shown) });
  const create: Route = async ({ caller, body }) => {
    if (!/super|creator/.test(caller.user.roles)) throw forbidden("baseCreate");
    const title = titled(body);
    const stamp = now();
    const { description = null, meta = { icon_color: "#36BFFF" } } = body;
    const base = { id: newId("p"), title, description, meta, workspace_id: WORKSPACE };
    const source: Source = {
      ...{ id: newId("b"), base_id: base.id, alias: null, is_meta: true, fk_integration_id: null },
      ...{ is_schema_readonly: false, is_data_readonly: false },
    };
    const { pool, schema } = store.place(source);
    await pool.query(`create schema "${schema}"`);
    await store.put("source", source);
    await store.put("member", {
      id: `${base.id}:${caller.user.id}`,
      base_id: base.id,
      user_id: caller.user.id,
      roles: "owner",
    });
    await store.put("base", { ...base, created_at: stamp, updated_at: stamp });
    return shown(find(base.id));
  };
  const get: Route = ({ caller, params }) => {
    const base = find(params.base as string);
    requireRole(store, caller, base.id, "viewer");
    return shown(base);
  };
  const update: Route = async ({ caller, params, body }) => {
    const base = find(params.base as string);
    requireRole(store, caller, base.id, "owner");
    if (body?.title !== undefined) titled(body);
    onlyKeys(body, ["title", "description", "meta"]);
    await store.put("base", { ...base, ...body, updated_at: now() });
    return shown(find(base.id));
  };
  /** As in NocoDB, what the tables hold stays in the database; only the base is gone. */
  const remove: Route = async ({ caller, params }) => {
    const base = find(params.base as string);
    requireRole(store, caller, base.id, "owner");
    await store.remove("base", base.id);
    return {};
  };
  return {
    find,
    sourcesOf,
    routes: {
      "/api/v2/meta/bases": { GET: ({ caller }) => onePage(visible(caller).map(shownV2)) },
      "/api/v3/meta/workspaces/:workspace/bases": { GET: list, POST: create },
      "/api/v3/meta/bases/:base": { GET: get, PATCH: update, DELETE: remove },
    } satisfies Record<string, Record<string, Route>>,
  };
}
