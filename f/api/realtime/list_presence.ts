import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { listPresence } from "../../lib/realtime/presence.ts";
import { PRESENCE_ROUTE } from "../../lib/realtime/routes.ts";
import { sendCommands } from "../../lib/redis/commands.ts";
import { projectRedis } from "../../lib/redis/project_connection.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, PRESENCE_ROUTE);
}

/**
 * Who is in a channel of the project: `GET /api/realtime/everyone/<channel>/presence` on its site, or with an
 * organization's id instead of `everyone`, with the access token of GoTrue. Answers `{ items: [{ user, until }] }`.
 * @param project The project that was asked, from the path of the route.
 * @param input The channel, from the path.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { scope: string; channel: string; organization?: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    const redis = await projectRedis(jobWorkspace(), project);
    const { scope, channel } = input;
    return listPresence((commands) => sendCommands(redis, commands), { project, channel: { scope, channel } });
  });
}
