import { json, readDoc, text } from "../api/answers.ts";
import { badRequest } from "../errors.ts";
import { get, post, type Route } from "../router.ts";
import type { Doc } from "../store/items.ts";
import type { ErrorHandler } from "./settings.ts";

/** The settings of the workspace that there are. */
export const settingsRoutes: Route[] = [
  get("/workspaces/get_settings", ({ engine: { settings, workspaceSettings } }) =>
    json({ workspace_id: settings.workspace, error_handler: workspaceSettings.errorHandler() ?? null }),
  ),
  get("/workspaces/get_workspace_name", ({ engine }) => text(engine.settings.workspace)),
  post("/workspaces/edit_error_handler", async (call) => {
    const { settings, workspaceSettings } = call.engine;
    workspaceSettings.setErrorHandler(handlerOf(await readDoc(call)));
    return text(`Edit error_handler for workspace ${settings.workspace}`);
  }),
];

/** Takes the keys of today and those before them, `error_handler` and so on; without a path there is no handler. */
function handlerOf(doc: Doc): ErrorHandler | undefined {
  const path = doc.path ?? doc.error_handler;
  if (path == null) return undefined;
  if (typeof path !== "string") throw badRequest("Field `path` expected to be a text");
  const extra = doc.extra_args ?? doc.error_handler_extra_args;
  if (extra != null && (typeof extra !== "object" || Array.isArray(extra)))
    throw badRequest("Field `extra_args` expected to be JSON object");
  const onCancel = doc.muted_on_cancel ?? doc.error_handler_muted_on_cancel;
  return {
    path,
    ...(extra == null ? {} : { extra_args: extra as Doc }),
    ...(onCancel === true ? { muted_on_cancel: true } : {}),
    ...(doc.muted_on_user_path === true ? { muted_on_user_path: true } : {}),
  };
}
