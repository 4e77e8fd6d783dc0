import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { sendCommands } from "../../lib/redis/commands.ts";
import type { SendCommands } from "../../lib/redis/rate_limit.ts";
import { namedResource, type RedisValue, type S3Value } from "../../lib/resources.ts";
import { DELETE_ROUTE } from "../../lib/storage/routes.ts";
import { serveDeletion } from "../../lib/storage/serve.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, DELETE_ROUTE);
}

/**
 * Deletes one file: `DELETE /api/storage/own/files/<id>` on the project's site, with `everyone` or an organization's id
 * instead of `own` where the file was uploaded there, with the access token of GoTrue. Answers `{ id, status }`, also when
 * the file is gone already.
 * @param project The project that was asked, from the path of the route.
 * @param input Whose file it is, and its id, from the path.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { scope: string; organization?: string; id: string },
  who: { id: string; email: string; sessionId: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    const s3 = await namedResource<S3Value>("f/infra/storage");
    const server = await namedResource<RedisValue>("f/infra/redis");
    const redis: SendCommands = (commands) => sendCommands(server, commands);
    const { scope, id } = input;
    return serveDeletion({ s3, redis, workspace: jobWorkspace() }, { project, userId: who.id, scope, id });
  });
}
