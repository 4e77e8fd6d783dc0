import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { sendCommands } from "../../lib/redis/commands.ts";
import type { SendCommands } from "../../lib/redis/rate_limit.ts";
import { namedResource, type RedisValue, type S3Value } from "../../lib/resources.ts";
import { UPLOAD_ROUTE } from "../../lib/storage/routes.ts";
import { serveUpload } from "../../lib/storage/serve.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, UPLOAD_ROUTE);
}

/**
 * URLs with which a page sends one new file straight to the object store: `POST /api/storage/own/uploads` on the
 * project's site, with `everyone` or an organization's id instead of `own` for files that others see too, with the access
 * token of GoTrue and `{ "name", "type", "sizeBytes" }`. The store takes exactly that type and size. Up to 64 MiB the answer
 * is `{ id, kind: "single", method, url, headers, sizeBytes, expiresAt }`; larger ones go in parts:
 * `{ id, kind: "multipart", parts: [{ partNumber, method, url, sizeBytes }], complete, abort, expiresAt }`.
 * @param project The project that was asked, from the path of the route.
 * @param input Whose file it will be, from the path, and the file's name, type and size, from the body.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { scope: string; organization?: string; name?: string; type?: string; sizeBytes?: number },
  who: { id: string; email: string; sessionId: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    const s3 = await namedResource<S3Value>("f/infra/storage");
    const server = await namedResource<RedisValue>("f/infra/redis");
    const redis: SendCommands = (commands) => sendCommands(server, commands);
    const { scope, name, type, sizeBytes } = input;
    return serveUpload(
      { s3, redis, workspace: jobWorkspace() },
      { project, userId: who.id, scope, name, type, sizeBytes },
    );
  });
}
