import { ADMIN } from "../callers.ts";
import { type Call, get, inWorkspace, post, type Route } from "../router.ts";
import { json, readDoc, text } from "./answers.ts";

/** The CLI checks this before it talks to a server. */
export const VERSION = "CE v1.819.0";

const whoami = ({ caller, engine }: Call) =>
  json({
    workspace_id: engine.settings.workspace,
    email: caller.email,
    username: caller.username,
    is_admin: caller.username === ADMIN.username,
    is_super_admin: caller.username === ADMIN.username,
    super_admin: caller.username === ADMIN.username,
    created_at: "2026-01-01T00:00:00Z",
    operator: false,
    disabled: false,
    groups: ["all"],
    folders: engine.items.list("folder").map(({ path }) => path),
    folders_owners: [],
  });

export const workspaceRoutes: Route[] = [
  get("/api/version", () => text(VERSION), "anyone"),
  get("/api/health/status", () => json({ status: "healthy" }), "anyone"),
  get("/api/users/whoami", whoami),
  get("/api/users/email", ({ caller }) => text(caller.email)),
  get("/api/workspaces/users", ({ caller, engine: { settings } }) =>
    json({
      email: caller.email,
      workspaces: [{ id: settings.workspace, name: settings.workspace, username: caller.username, color: null }],
    }),
  ),
  get("/api/workspaces/list", ({ engine: { settings } }) =>
    json([{ id: settings.workspace, name: settings.workspace, owner: ADMIN.email, deleted: false, premium: false }]),
  ),
  post("/api/workspaces/exists", async (call) => json((await readDoc(call)).id === call.engine.settings.workspace)),
  ...inWorkspace([get("/users/whoami", whoami), get("/workspaces/list_ws_specific", () => json([]))]),
];
