import { routes } from "./api/routes.ts";
import { ANONYMOUS, type Caller } from "./callers.ts";
import { guard } from "./chunk_guard.ts";
import type { Engine } from "./engine.ts";
import { ApiError, internal, notAuthorized, notFound, notServed } from "./errors.ts";
import { answerPage } from "./page/serve.ts";
import { createRouter } from "./router.ts";
import { checkRoute, checkScope } from "./scopes.ts";
import { openSocketFolder } from "./socket_folder.ts";
import { answerTrigger } from "./triggers/http.ts";

/** A request body larger than this is refused before it is read. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/** Synchronous runs answer when the job ends; Bun hangs up on a GET after ten seconds, and its types forget socket files. */
const PATIENT: object = { idleTimeout: 0 };

export type Server = { url: string; stop(): Promise<void> };

/** Serves the engine on 127.0.0.1; port 0 takes any free one. */
export async function serve(engine: Engine): Promise<Server> {
  const find = createRouter(routes);
  const socket = await openSocketFolder();
  const server = Bun.serve({
    unix: socket.file,
    ...PATIENT,
    maxRequestBodySize: MAX_BODY_BYTES,
    fetch: async (request) => {
      try {
        return await answer(request);
      } catch (error) {
        return toApiError(error).toResponse();
      }
    },
    error: (error) => toApiError(error).toResponse(),
  });

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/api/r/")) return answerTrigger(engine, request, url);
    if (request.method === "OPTIONS") return new Response("", { headers: CORS });
    const page = answerPage(request, url);
    if (page) return page;
    const found = find(request.method, url.pathname);
    if (!found) throw notServed(`${request.method} ${url.pathname}`);
    const known = engine.callers.of(request, url);
    if (!known && found.route.access === "token") throw new ApiError(401, "Unauthorized");
    const { w } = found.params;
    if (w !== undefined && w !== engine.settings.workspace)
      throw known ? notAuthorized(`${w} is not the workspace of this engine`) : notFound("workspace");
    const caller = known ?? ANONYMOUS;
    checkScopes(caller, request.method, url.pathname, found.params);
    const response = await found.route.answer({
      engine,
      request,
      url,
      query: url.searchParams,
      params: found.params,
      caller,
    });
    return request.method === "HEAD" ? new Response(null, response) : response;
  }

  const { port, stop } = await guard(engine.settings.port, socket.file);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      stop();
      await server.stop(true);
      socket.remove();
    },
  };
}

/** Items by path; the path that a run needs is known only once its script or flow is found. */
const WITH_PATH = /^\/api\/w\/[^/]+\/(scripts|flows|resources|variables|schedules|http_triggers|folders)\//;

function checkScopes({ scopes }: Caller, method: string, pathname: string, params: Record<string, string>): void {
  if (!scopes) return;
  checkRoute(scopes, method, pathname);
  const domain = WITH_PATH.exec(pathname)?.[1];
  const action = method === "GET" || method === "HEAD" ? "read" : "write";
  if (domain && params.path) checkScope(scopes, `${domain}:${action}:${params.path}`);
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
  "access-control-allow-headers": "content-type, authorization",
};

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  console.error(error);
  return internal(error instanceof Error ? error.message : String(error));
}
