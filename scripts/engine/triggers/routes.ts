import type { Engine } from "../engine.ts";
import type { Item } from "../store/items.ts";

/** An http trigger as its file says, with what is left out filled in. */
export type Trigger = {
  path: string;
  scriptPath: string;
  isFlow: boolean;
  routePath: string;
  method: string;
  requestType: "sync" | "async" | "sync_sse";
  authentication: "none" | "windmill" | "api_key" | "basic_http" | "custom_script" | "signature";
  authenticationResource?: string;
  isStaticWebsite: boolean;
  workspaced: boolean;
  wrapBody: boolean;
  rawString: boolean;
  enabled: boolean;
  allowedOrigins?: string[];
  retry?: Record<string, unknown>;
  errorHandlerPath?: string;
  errorHandlerArgs?: Record<string, unknown>;
  editedBy: string;
};

export type TriggerMatch = { trigger: Trigger; params: Record<string, string>; calledPath: string };

export function toTrigger({ path, doc, editedBy }: Item): Trigger {
  const text = (name: string) =>
    typeof doc[name] === "string" && doc[name] !== "" ? (doc[name] as string) : undefined;
  const object = (name: string) => (doc[name] ? (doc[name] as Record<string, unknown>) : undefined);
  const resource = text("authentication_resource_path");
  const handler = text("error_handler_path");
  const [retry, handlerArgs] = [object("retry"), object("error_handler_args")];
  return {
    path,
    scriptPath: text("script_path") ?? "",
    isFlow: doc.is_flow === true,
    routePath: (text("route_path") ?? "").replace(/^\/|\/$/g, ""),
    method: (text("http_method") ?? "get").toUpperCase(),
    requestType: (text("request_type") ?? (doc.is_async === true ? "async" : "sync")) as Trigger["requestType"],
    authentication: (text("authentication_method") ?? "none") as Trigger["authentication"],
    isStaticWebsite: doc.is_static_website === true || Boolean(doc.static_asset_config),
    workspaced: doc.workspaced_route === true,
    wrapBody: doc.wrap_body === true,
    rawString: doc.raw_string === true,
    enabled: (text("mode") ?? (doc.enabled === false ? "disabled" : "enabled")) === "enabled",
    editedBy,
    ...(resource ? { authenticationResource: resource } : {}),
    ...(Array.isArray(doc.allowed_origins) ? { allowedOrigins: doc.allowed_origins.map(String) } : {}),
    ...(retry ? { retry } : {}),
    ...(handler ? { errorHandlerPath: handler } : {}),
    ...(handlerArgs ? { errorHandlerArgs: handlerArgs } : {}),
  };
}

/** The route as it appears below `/api/r/`. */
export const fullRoute = (trigger: Pick<Trigger, "routePath" | "workspaced">, workspace: string): string =>
  trigger.workspaced ? `${workspace}/${trigger.routePath}` : trigger.routePath;

/** Finds the trigger of a method and path; without a method, any trigger of that path. */
export function findTrigger(engine: Engine, method: string | undefined, path: string): TriggerMatch | undefined {
  const segments = path
    .replace(/^\/+|\/+$/g, "")
    .split("/")
    .map(decode);
  const matches = triggersOf(engine)
    .filter(({ trigger }) => trigger.enabled && (method === undefined || trigger.method === method))
    .flatMap(({ trigger, parts }) => {
      const params = match(parts, segments);
      return params ? [{ trigger, params, calledPath: segments.join("/"), rank: rankOf(parts) }] : [];
    });
  return matches.sort((a, b) => (a.rank < b.rank ? -1 : 1))[0];
}

type Compiled = { trigger: Trigger; parts: string[] };
let compiled: { engine: Engine; revision: number; triggers: Compiled[] } | undefined;

function triggersOf(engine: Engine): Compiled[] {
  const revision = engine.items.revision();
  if (compiled?.engine !== engine || compiled.revision !== revision) {
    const triggers = engine.items.list("http_trigger").map((item) => {
      const trigger = toTrigger(item);
      return { trigger, parts: fullRoute(trigger, engine.settings.workspace).split("/") };
    });
    compiled = { engine, revision, triggers };
  }
  return compiled.triggers;
}

function match(parts: string[], segments: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index];
    if (segment === undefined || segment === "") return undefined;
    if (part.startsWith("*")) return { ...params, [part.slice(1)]: segments.slice(index).join("/") };
    if (part.startsWith(":")) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return parts.length === segments.length ? params : undefined;
}

/** Fixed segments win over parameters, parameters over the rest, from left to right. */
const rankOf = (parts: string[]) =>
  parts.map((part) => (part.startsWith("*") ? 2 : part.startsWith(":") ? 1 : 0)).join("");

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
