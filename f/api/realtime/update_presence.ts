import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { updatePresence } from "../../lib/realtime/presence.ts";
import { PRESENCE_UPDATE_ROUTE } from "../../lib/realtime/routes.ts";
import { sendCommands } from "../../lib/redis/commands.ts";
import { projectRedis } from "../../lib/redis/project_connection.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, PRESENCE_UPDATE_ROUTE);
}

/**
 * Says that the signed-in user is in a channel, for a minute, or has left it, and answers who is there then:
 * `POST /api/realtime/everyone/<channel>/presence` on its site, or with an organization's id instead of `everyone`, with the
 * access token of GoTrue. A page repeats it every 20 seconds. Answers `{ items: [{ user, until }] }`.
 * @param project The project that was asked, from the path of the route.
 * @param input The channel, from the path, and the state from the body: "here", which is the default, or "gone".
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { scope: string; channel: string; organization?: string; state?: string },
  who: { id: string; email: string; sessionId: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    const redis = await projectRedis(jobWorkspace(), project);
    const { scope, channel, state } = input;
    return updatePresence((commands) => sendCommands(redis, commands), {
      project,
      channel: { scope, channel },
      user: who.id,
      state,
    });
  });
}
