import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { publishEvent } from "../../lib/realtime/events.ts";
import { PUBLISH_ROUTE } from "../../lib/realtime/routes.ts";
import { sendCommands } from "../../lib/redis/commands.ts";
import { projectRedis } from "../../lib/redis/project_connection.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, PUBLISH_ROUTE);
}

/**
 * Sends an event to everyone who listens to a channel of the project, and keeps it for those who come late:
 * `POST /api/realtime/everyone/<channel>/events` on its site, or with an organization's id instead of `everyone`, with the
 * access token of GoTrue and `{ "event": "message.created", "payload": ... }`. Answers `{ id, sentAt }`.
 * @param project The project that was asked, from the path of the route.
 * @param input The channel, from the path, and what the body says: the event's name and any JSON as its payload.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { scope: string; channel: string; organization?: string; event?: string; payload?: unknown },
  who: { id: string; email: string; sessionId: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    const redis = await projectRedis(jobWorkspace(), project);
    const { scope, channel, event, payload } = input;
    return publishEvent((commands) => sendCommands(redis, commands), {
      project,
      channel: { scope, channel },
      user: who.id,
      event,
      payload,
    });
  });
}
