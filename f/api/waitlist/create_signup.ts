import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { folderOf } from "../../lib/names.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { sendCommands } from "../../lib/redis/commands.ts";
import { namedResource, type PostgresqlValue, type RedisValue } from "../../lib/resources.ts";
import { SIGNUP_PAGE, SIGNUP_ROUTE } from "../../lib/waitlist/route.ts";
import { signUp } from "../../lib/waitlist/sign_up.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, SIGNUP_ROUTE);
}

/**
 * Puts an e-mail address on a project's waitlist: `POST /api/waitlist/signups` on its site, as JSON or as a plain form.
 * Answers `{ "status": "subscribed" }` for a new address, for one that is on the list already and for a bot alike, so
 * that nobody can find out who is on the list.
 * @param project The project whose waitlist it is, from the path of the route.
 * @param input What the form sends: `email`, perhaps `name` and `source`; `website` is a trap that people leave empty.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { email?: string; name?: string; source?: string; website?: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal, backTo: SIGNUP_PAGE }, async () => {
    const db = await namedResource<PostgresqlValue>(`${folderOf(project)}/postgres_app`);
    const redis = await namedResource<RedisValue>("f/infra/redis");
    return signUp(
      { connect: (work) => withPostgres(db, work), redis: (commands) => sendCommands(redis, commands) },
      { ...input, project, client: caller.client },
    );
  });
}
