import type { Engine } from "../engine.ts";
import { ApiError } from "../errors.ts";
import { get, type Route } from "../router.ts";
import type { Doc, Item } from "../store/items.ts";
import type { Script } from "../store/scripts.ts";
import { type Entry, tar } from "./tar.ts";

/** `sync pull` and the comparison before `sync push`: the whole workspace as an archive of JSON files. */
export const tarballRoutes: Route[] = [
  get("/workspaces/tarball", ({ engine, query }) => {
    // The CLI asks for a zip first and takes this answer as the advice to ask for a tar.
    if (query.get("archive_type") !== "tar") throw new ApiError(400, "Bad request: Invalid Archive Type");
    return new Response(tar(entriesOf(engine, query)), { headers: { "content-type": "application/x-tar" } });
  }),
];

function entriesOf(engine: Engine, query: URLSearchParams): Entry[] {
  const skips = (what: string) => query.get(`skip_${what}`) === "true";
  const includes = (what: string) => query.get(`include_${what}`) === "true";
  const { items, scripts, variables } = engine;
  const plain = query.get("plain_secret") === "true" || query.get("plain_secrets") === "true";
  const shown = ({ path, doc }: Item, item: Item): Doc => {
    const { pushed_encrypted: _how, ...rest } = doc;
    if (doc.is_secret !== true) return rest;
    return { ...rest, value: plain ? variables.value(path) : variables.encrypted(item) };
  };
  const resources = items.list("resource").filter(({ doc }) => !["state", "cache"].includes(String(doc.resource_type)));
  return [
    ...(skips("folders") ? [] : items.list("folder").map((one) => entry(`f/${one.path}/folder.meta.json`, one.doc))),
    ...(skips("scripts") ? [] : scripts.list().flatMap((one) => scriptEntries(one, query.get("default_ts") ?? "bun"))),
    ...(skips("resources") ? [] : resources.map((one) => entry(`${one.path}.resource.json`, one.doc))),
    ...(skips("resource_types")
      ? []
      : items.list("resource_type").map((one) => entry(`${one.path}.resource-type.json`, one.doc))),
    ...(skips("flows") ? [] : items.list("flow").map((one) => entry(`${one.path}.flow.json`, one.doc))),
    ...(skips("variables")
      ? []
      : items
          .list("variable")
          .filter(({ doc }) => doc.is_secret !== true || !skips("secrets"))
          .map((one) => entry(`${one.path}.variable.json`, shown(one, one)))),
    ...(includes("schedules")
      ? items.list("schedule").map(({ path, doc: { error: _error, ...doc } }) => entry(`${path}.schedule.json`, doc))
      : []),
    ...(includes("triggers")
      ? items.list("http_trigger").map((one) => entry(`${one.path}.http_trigger.json`, one.doc))
      : []),
    ...(includes("settings") ? [entry("settings.json", settingsOf(engine))] : []),
  ];
}

function settingsOf({ settings, workspaceSettings }: Engine): Doc {
  const handler = workspaceSettings.errorHandler();
  return { name: settings.workspace, ...(handler ? { error_handler: handler } : {}) };
}

function scriptEntries({ path, content, language, lock, doc }: Script, defaultTs: string): Entry[] {
  const {
    content: _content,
    path: _path,
    language: _language,
    lock: _lock,
    summary,
    description,
    kind,
    schema,
    ...rest
  } = doc;
  const meta = { summary, description, lock: lock ?? "", kind: kind ?? "script", schema, ...rest };
  return [{ name: `${path}${extensionOf(language, defaultTs)}`, text: content }, entry(`${path}.script.json`, meta)];
}

/** The CLI tells languages apart by these; the one that its settings name as TypeScript is plain `.ts`. */
function extensionOf(language: string, defaultTs: string): string {
  if (language === "nativets") return ".fetch.ts";
  const family = language === "deno" ? "deno" : "bun";
  return family === defaultTs ? ".ts" : `.${family}.ts`;
}

const entry = (name: string, doc: Doc): Entry => ({ name, text: JSON.stringify(doc, null, 2) });
