import { badRequest, notFound } from "../errors.ts";
import { type Call, get, post, type Route } from "../router.ts";
import { checkScope } from "../scopes.ts";
import type { Doc, Item } from "../store/items.ts";
import { json, pageOf, readDoc, text } from "./answers.ts";
import { type ItemFamily, itemRoutes } from "./items.ts";

/** A secret's value is answered only when it is asked for, in the form that is asked for. */
function shown(item: Item, { engine, query }: Call): unknown {
  if (item.doc.is_secret !== true) return item.doc.value;
  if (query.get("decrypt_secret") !== "false") return engine.variables.value(item.path);
  return query.get("include_encrypted") === "true" ? engine.variables.encrypted(item) : null;
}

const family: ItemFamily = {
  kind: "variable",
  base: "/variables",
  noun: "Variable",
  required: ["value", "is_secret"],
  toStore: (doc, { engine, query }) => engine.variables.toStore(doc, query.get("already_encrypted") === "true"),
  defaults: { extra_perms: {}, account: null, is_oauth: false, is_expired: false, is_refreshed: false },
  toAnswer: (item, call) => ({ ...publicDoc(item), value: shown(item, call) }),
};

function publicDoc({ doc: { pushed_encrypted: _how, ...doc } }: Item): Doc {
  return doc;
}

export const variableRoutes: Route[] = [
  get("/variables/get_value/*path", ({ engine, params }) => {
    const path = params.path as string;
    const value = engine.variables.value(path);
    if (value === undefined) throw notFound(`Variable ${path} not found`);
    return json(value);
  }),
  get("/variables/list", (call) => {
    const { limit, offset } = pageOf(call);
    const begins = call.query.get("path_start") ?? "";
    const all = call.engine.items.list("variable").filter(({ path }) => path.startsWith(begins));
    const items = all.slice(offset, offset + limit);
    return json(
      items.map((item) => ({
        workspace_id: call.engine.settings.workspace,
        path: item.path,
        ...family.defaults,
        ...publicDoc(item),
        value: item.doc.is_secret === true ? null : item.doc.value,
      })),
    );
  }),
  post("/variables/update/*path", async (call) => {
    const { engine, params, caller, query } = call;
    const item = engine.variables.find(params.path as string);
    if (!item) throw notFound(`Variable ${params.path} not found`);
    const { path: newPath = item.path, ...change } = await readDoc(call);
    checkScope(caller.scopes, `variables:write:${newPath}`);
    const given: Doc = Object.fromEntries(Object.entries(change).filter(([, one]) => one !== null));
    const sameForm = given.value === undefined && (given.is_secret ?? item.doc.is_secret) === item.doc.is_secret;
    const value = given.value ?? engine.variables.value(item.path);
    const encrypted = given.value !== undefined && query.get("already_encrypted") === "true";
    const next = sameForm
      ? { ...item.doc, ...given }
      : engine.variables.toStore({ ...item.doc, ...given, value }, encrypted);
    if (newPath !== item.path && engine.items.exists("variable", String(newPath)))
      throw badRequest(`Variable ${newPath} already exists`);
    engine.items.replace("variable", item.path, next, caller.username, String(newPath));
    return text(`variable ${newPath} updated (npath: ${newPath})`);
  }),
  ...itemRoutes(family),
];

export { family as variableFamily };
