import { badRequest, notFound } from "../errors.ts";
import { languageOf } from "../jobs/languages.ts";
import { checkLanguage, ownedBy } from "../jobs/runnable.ts";
import { hasPreprocessor } from "../parser.ts";
import { type Call, get, post, type Route } from "../router.ts";
import { checkScope } from "../scopes.ts";
import { sha256 } from "../store/blobs.ts";
import type { Doc } from "../store/items.ts";
import type { Script } from "../store/scripts.ts";
import { field, json, pageOf, readDoc, readJson, text, unfit } from "./answers.ts";
import { checkPath } from "./items.ts";

/** Sent along with a push, but no part of the script. */
const NOT_KEPT = ["parent_hash", "auto_parent", "skip_draft_deletion", "deployment_message", "preserve_on_behalf_of"];

export const scriptRoutes: Route[] = [
  post("/scripts/create", create),
  get("/scripts/get/p/*path", (call) => json(answerOf(deployed(call), call))),
  get("/scripts/get/h/:hash", (call) => json(answerOf(byHash(call), call))),
  get("/scripts/get/draft/*path", (call) => json(answerOf(deployed(call), call))),
  get("/scripts/exists/p/*path", ({ engine, params }) =>
    json(engine.scripts.deployed(params.path as string) !== undefined),
  ),
  get("/scripts/raw/p/*path", (call) => text(rawContent(call))),
  get("/scripts/raw/h/:hash", (call) =>
    text(byHash({ ...call, params: withoutExtension(call.params, "hash") }).content),
  ),
  get("/scripts/raw_unpinned/p/*path", (call) => text(rawContent(call))),
  get("/scripts/list", (call) => {
    const archived = call.query.get("show_archived") === "true";
    const start = call.query.get("path_start") ?? "";
    return json(
      call.engine.scripts
        .list({ archived, ...pageOf(call) })
        .filter(({ path }) => path.startsWith(start))
        .map((script) => {
          const { content: _content, lock: _lock, ...listed } = answerOf(script, call);
          return listed;
        }),
    );
  }),
  get("/scripts/list_paths", ({ engine }) => json(engine.scripts.list().map(({ path }) => path))),
  get("/scripts/history/p/*path", ({ engine, params }) =>
    json(
      engine.scripts.history(params.path as string).map(({ hash }) => ({ script_hash: hash, deployment_msg: null })),
    ),
  ),
  get("/scripts/deployment_status/h/:hash", (call) => {
    const { lock, lockError, lockJob } = byHash(call);
    return json({ lock, lock_error_logs: lockError, job_id: lockJob });
  }),
  post("/scripts/archive/p/*path", ({ engine, params }) => {
    if (!engine.scripts.archive(params.path as string)) throw notFound(`Script not found at path ${params.path}`);
    return json(null);
  }),
  post("/scripts/raw_temp/diff", async (call) => {
    const { scripts } = (await readDoc(call)) as { scripts?: Record<string, string> };
    const differs = ([path, hash]: [string, string]) => {
      const content = call.engine.scripts.deployed(path)?.content;
      return content === undefined || sha256(content) !== hash;
    };
    return json(
      Object.entries(scripts ?? {})
        .filter(differs)
        .map(([path]) => path),
    );
  }),
  post("/scripts/raw_temp/store", async (call) => {
    const content = await readJson(call);
    if (typeof content !== "string") throw unfit("expected a text");
    return json(call.engine.blobs.put(content));
  }),
];

async function create(call: Call): Promise<Response> {
  const { engine, query } = call;
  const pushed = await readDoc(call);
  const path = field(pushed, "path");
  const content = field(pushed, "content");
  checkScope(call.caller.scopes, `scripts:write:${path}`);
  checkPath(path);
  checkLanguage(pushed.language);
  if (pushed.ws_error_handler_muted === true)
    throw badRequest("Muting the error handler for certain script is only available in enterprise version");
  const current = engine.scripts.deployed(path);
  const given = typeof pushed.parent_hash === "string" ? engine.scripts.byHash(pushed.parent_hash) : undefined;
  const parent = pushed.auto_parent === true ? (current ?? given) : given;
  if (current && parent?.hash !== current.hash)
    throw badRequest(`Path conflict for ${path} with non-archived hash ${current.hash}`);
  const kept: Doc = Object.fromEntries(Object.entries(pushed).filter(([name]) => !NOT_KEPT.includes(name)));
  const doc = { ...kept, path, content, language: languageOf(String(pushed.language ?? "bun"), content) };
  if (query.get("skip_if_noop") === "true" && current && JSON.stringify(current.doc) === JSON.stringify(doc))
    return text(current.hash, 201);
  return text(engine.db.transaction(() => add(call, doc, parent))().hash, 201);
}

/** A version without a lock comes with the job that works it out. */
function add({ engine, caller }: Call, doc: Doc & { path: string; content: string }, parent?: Script): Script {
  const script = engine.scripts.add(doc, caller.username, parent);
  if (script.lock !== null) return script;
  const { hash, path, language } = script;
  const what = { kind: "dependencies" as const, path, scriptHash: hash, language, args: {} };
  engine.scripts.awaitLock(hash, engine.queue.push({ ...what, ...ownedBy(engine, caller) }).id);
  return script;
}

/** The script as it was pushed, with what Windmill adds to every answer. */
function answerOf(script: Script, { engine }: Call): Doc {
  return {
    workspace_id: engine.settings.workspace,
    hash: script.hash,
    parent_hashes: script.parentHash ? [script.parentHash] : [],
    summary: "",
    description: "",
    kind: "script",
    ws_error_handler_muted: false,
    extra_perms: {},
    starred: false,
    draft_only: false,
    deleted: false,
    is_template: false,
    no_main_func: false,
    ...script.doc,
    lock: script.lock,
    ...(script.lockError === null ? {} : { lock_error_logs: script.lockError }),
    has_preprocessor: hasPreprocessor(script.content),
    archived: script.archived,
    created_by: script.createdBy,
    created_at: script.createdAt.toISOString(),
  };
}

function deployed({ engine, params }: Call): Script {
  const script = engine.scripts.deployed(params.path as string);
  if (!script) throw notFound(`Script not found at name ${params.path}`);
  return script;
}

function byHash({ engine, params, caller }: Call): Script {
  const script = engine.scripts.byHash(params.hash as string);
  if (!script) throw notFound(`Script not found at hash ${params.hash}`);
  checkScope(caller.scopes, `scripts:read:${script.path}`);
  return script;
}

/** Windmill's editors ask for `f/a/b.ts`. */
const rawContent = (call: Call) => deployed({ ...call, params: withoutExtension(call.params, "path") }).content;

const withoutExtension = (params: Call["params"], name: string) => ({
  ...params,
  [name]: (params[name] ?? "").replace(/\.ts$/, ""),
});
