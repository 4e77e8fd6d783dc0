import { randomUUID } from "node:crypto";
import { requireRole } from "./access.ts";
import type { Hook, Table } from "./metadata.ts";
import { missing, plain } from "./refused.ts";
import { type Body, onePage, onlyKeys, type Route } from "./serve.ts";
import { newId, type Store } from "./store.ts";
import type { tablesOf } from "./tables.ts";

const KEYS = ["title", "description", "event", "operation", "version", "active", "async", "condition", "notification"];

type Operation = "insert" | "update" | "delete";

/** Webhooks of tables: kept, and called after records have changed. */
export function hooksOf(store: Store, tables: ReturnType<typeof tablesOf>) {
  const find = (id: string): Hook => {
    const hook = store.find("hook", id);
    if (!hook) throw missing("Hook", id);
    return hook;
  };
  const open = (caller: Parameters<typeof requireRole>[1], id: string): Table => {
    const table = tables.find(id);
    requireRole(store, caller, table.base_id, "creator");
    return table;
  };
  const requireVersion = (body: Body): void => {
    if (body?.version !== "v3") throw plain(400, "hook version is deprecated / not supported anymore");
  };
  const text = (notification: unknown) =>
    typeof notification === "string" ? notification : JSON.stringify(notification);
  const create: Route = async ({ caller, params, body }) => {
    const table = open(caller, params.table as string);
    onlyKeys(body, KEYS);
    requireVersion(body);
    const { title, event, operation, version, active = true, notification } = body;
    const hook: Hook = {
      id: newId("hk"),
      fk_model_id: table.id,
      base_id: table.base_id,
      title,
      event,
      operation,
      version,
      active,
      notification: text(notification),
    };
    await store.put("hook", hook);
    return hook;
  };
  const update: Route = async ({ caller, params, body }) => {
    const hook = find(params.hook as string);
    open(caller, hook.fk_model_id);
    onlyKeys(body, KEYS);
    requireVersion(body);
    const { title, event, operation, active, notification } = { ...hook, ...body };
    await store.put("hook", { ...hook, title, event, operation, active, notification: text(notification) });
    return find(hook.id);
  };
  const remove: Route = async ({ caller, params }) => {
    const hook = find(params.hook as string);
    open(caller, hook.fk_model_id);
    await store.remove("hook", hook.id);
    return true;
  };
  const announce = (hook: Hook, table: Table, operation: Operation, data: object): void => {
    const { path, headers = [], method = "POST", body } = JSON.parse(hook.notification).payload;
    const given = headers
      .filter((one: { enabled?: boolean }) => one.enabled !== false)
      .map((one: { name: string; value: string }) => [one.name, one.value]);
    const event = {
      ...{ type: `records.after.${operation}`, id: randomUUID(), base_id: table.base_id, version: hook.version },
      data: { table_id: table.id, table_name: table.title, ...data },
    };
    fetch(path, {
      method,
      headers: { "content-type": "application/json", ...Object.fromEntries(given) },
      body: body?.replaceAll("{{ json event }}", () => JSON.stringify(event)),
    }).catch((error) => console.error(`webhook ${hook.title}: ${error.message}`));
  };
  /**
   * Does a change to records and announces it, with the records as they were and as they are. Nobody waits for an answer;
   * one that cannot be reached is written down and forgotten.
   */
  const telling =
    (read: (table: Table, keys: unknown[]) => Promise<object[]>) =>
    async (
      table: Table,
      operation: Operation,
      known: unknown[],
      work: () => Promise<unknown[]>,
    ): Promise<unknown[]> => {
      const due = store
        .all("hook")
        .filter((one) => one.fk_model_id === table.id && one.active && one.operation.includes(operation));
      if (due.length === 0) return work();
      const before = await read(table, known);
      const keys = await work();
      const data = {
        insert: async () => ({ rows: await read(table, keys) }),
        update: async () => ({ previous_rows: before, rows: await read(table, keys) }),
        delete: async () => ({ rows: before }),
      };
      const told = await data[operation]();
      for (const hook of due) announce(hook, table, operation, told);
      return keys;
    };
  return {
    telling,
    routes: {
      "/api/v2/meta/tables/:table/hooks": {
        GET: ({ caller, params }) => {
          const table = open(caller, params.table as string);
          return onePage(store.all("hook").filter((one) => one.fk_model_id === table.id));
        },
        POST: create,
      },
      "/api/v2/meta/hooks/:hook": { PATCH: update, DELETE: remove },
    } satisfies Record<string, Record<string, Route>>,
  };
}
