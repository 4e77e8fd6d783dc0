import { badRequest, notFound } from "../errors.ts";
import { type Call, del, get, post, type Route } from "../router.ts";
import { checkScope } from "../scopes.ts";
import type { Doc, Item, ItemKind } from "../store/items.ts";
import { field, json, pageOf, readDoc, requireFields, text } from "./answers.ts";

/** How one kind of item appears over HTTP; most differ in nothing but these. */
export type ItemFamily = {
  kind: ItemKind;
  /** `/resources`, `/resources/type`. */
  base: string;
  /** How messages name it: `Resource`. */
  noun: string;
  /** The field of a pushed document that carries its path. */
  key?: "path" | "name";
  createStatus?: 200 | 201;
  /** Fields that a new one must have. */
  required?: string[];
  /** What is sent along with a push but is no part of the item. */
  drop?: string[];
  /** Fields that Windmill always answers, whether or not they were pushed. */
  defaults?: Doc;
  /** Deleting what is gone is no error: the CLI deletes a flow once for each of its files. */
  deletesTwice?: boolean;
  check?: (doc: Doc, call: Call, path: string) => void;
  toStore?: (doc: Doc, call: Call) => Doc;
  toAnswer?: (item: Item, call: Call) => Doc;
};

const NEVER_STORED = [
  "path",
  "name",
  "preserve_permissioned_as",
  "permissioned_as",
  "ws_specific",
  "skip_draft_deletion",
];

/** create, get, exists, list, update and delete of one kind. */
export function itemRoutes(family: ItemFamily): Route[] {
  const { kind, base, noun, key = "path" } = family;
  /** The server has checked the path in the address; a document may name another one. */
  const mayWrite = ({ caller }: Call, path: string) => checkScope(caller.scopes, `${base.split("/")[1]}:write:${path}`);
  const missing = (path: string) => notFound(`${noun} not found at name ${path}`);
  const find = ({ engine, params }: Call): Item => {
    const item = engine.items.find(kind, params.path as string);
    if (!item) throw missing(params.path as string);
    return item;
  };
  const clean = (doc: Doc, call: Call) => {
    const dropped = new Set([...NEVER_STORED, ...(family.drop ?? [])]);
    const kept = Object.fromEntries(Object.entries(doc).filter(([name]) => !dropped.has(name)));
    return family.toStore ? family.toStore(kept, call) : kept;
  };
  return [
    post(`${base}/create`, async (call) => {
      const doc = await readDoc(call);
      const path = field(doc, key);
      mayWrite(call, path);
      requireFields(doc, family.required ?? []);
      if (key === "path") checkPath(path);
      else if (!/^[\w-]+$/.test(path)) throw badRequest(`${noun} name must be letters, digits, _ and - only`);
      family.check?.(doc, call, path);
      if (!call.engine.items.create(kind, path, clean(doc, call), call.caller.username)) {
        if (call.query.get("update_if_exists") !== "true") throw badRequest(`${noun} ${path} already exists`);
        call.engine.items.replace(kind, path, clean(doc, call), call.caller.username);
      }
      return text(kind === "flow" ? path : `${noun.toLowerCase()} ${path} created`, family.createStatus ?? 201);
    }),
    post(`${base}/update/*path`, async (call) => {
      const item = find(call);
      const doc = await readDoc(call);
      const path = typeof doc[key] === "string" ? (doc[key] as string) : item.path;
      mayWrite(call, path);
      if (path !== item.path && call.engine.items.exists(kind, path))
        throw badRequest(`${noun} ${path} already exists`);
      family.check?.({ ...item.doc, ...doc }, call, item.path);
      const next = kind === "flow" ? clean(doc, call) : { ...item.doc, ...withoutNulls(clean(doc, call)) };
      call.engine.items.replace(kind, item.path, next, call.caller.username, path);
      return text(kind === "flow" ? path : `${noun.toLowerCase()} ${path} updated`);
    }),
    get(`${base}/get/*path`, (call) => json(answerOf(find(call), call, family))),
    get(`${base}/exists/*path`, ({ engine, params }) => json(engine.items.exists(kind, params.path as string))),
    get(`${base}/list`, (call) => {
      const wanted = call.query.get("path_start") ?? "";
      const items = call.engine.items.list(kind, pageOf(call)).filter(({ path }) => path.startsWith(wanted));
      return json(items.map((item) => answerOf(item, call, family)));
    }),
    del(`${base}/delete/*path`, (call) => {
      const path = call.params.path as string;
      if (!call.engine.items.remove(kind, path) && !family.deletesTwice) throw missing(path);
      return text(`${noun.toLowerCase()} ${path} deleted`);
    }),
  ];
}

/** The item as it was pushed, with what Windmill adds to every answer. */
export function answerOf(item: Item, call: Call, { key = "path", defaults, toAnswer }: ItemFamily): Doc {
  return {
    workspace_id: call.engine.settings.workspace,
    [key]: item.path,
    ...defaults,
    ...(toAnswer ? toAnswer(item, call) : item.doc),
    edited_by: item.editedBy,
    edited_at: item.editedAt.toISOString(),
  };
}

/** Items live in a user's or a group's space or in a folder. */
export function checkPath(path: string): void {
  if (!/^(?:[ug]\/[\w.-]+|f\/[\w-]+)(?:\/[\w.-]+)+$/.test(path) || path.includes(".."))
    throw badRequest(
      `the path ${JSON.stringify(path.slice(0, 100))} must look like f/<folder>/<name> or u/<user>/<name>`,
    );
}

/** An update with a null field leaves that field as it is. */
const withoutNulls = (doc: Doc): Doc => Object.fromEntries(Object.entries(doc).filter(([, value]) => value !== null));
