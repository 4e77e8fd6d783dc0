import { json } from "../api/answers.ts";
import { ANONYMOUS } from "../callers.ts";
import { badRequest } from "../errors.ts";
import { type Call, del, get, post, type Route } from "../router.ts";
import { ENDPOINTS } from "./endpoints.ts";

/** `/sse` is the old name of the same endpoint. GET and DELETE are for sessions, of which there are none. */
export const mcpRoutes: Route[] = [
  ...["mcp", "sse"].flatMap((name) =>
    [post, get, del].map((route) => route(`/api/mcp/w/:w/${name}`, answer, "anyone")),
  ),
  get("/api/mcp/w/:w/list_tools", () => json(ENDPOINTS)),
];

async function answer(call: Call): Promise<Response> {
  if (call.caller === ANONYMOUS) return unauthorized(call);
  if (call.query.has("include_header")) throw badRequest("the local engine does not serve include_header over MCP");
  // The protocol's library is large, and most engines never meet an MCP client.
  const { answerMcp } = await import("./server.ts");
  return answerMcp(call);
}

/** Tells clients what they need a token for. */
function unauthorized({ engine, params }: Call): Response {
  const resource = `${engine.baseUrl}/api/mcp/w/${params.w}/mcp`;
  return new Response("Unauthorized", {
    status: 401,
    headers: { "content-type": "text/plain; charset=utf-8", "www-authenticate": `Bearer resource="${resource}"` },
  });
}
