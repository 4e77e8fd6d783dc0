import { runVerb, verbRoute } from "../../lib/access/route.ts";
import type { Scope } from "../../lib/access/scopes.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { namedResource, type PostgresqlValue } from "../../lib/resources.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, verbRoute());
}

/**
 * Does one verb of one project for the holder of an access key: `POST /api/r/<workspace>/projects/<project>/<verb>` with
 * `authorization: Bearer r8n_...` and the verb's arguments as JSON. For whoever must not have a Windmill token: the key
 * opens exactly the verbs that ensure_access made it for, and no argument names a connection, a secret or another project.
 * @param project The project on record, from the path of the route: "shop", or "shop-staging" for an environment.
 * @param input The verb and its arguments, as the gate has checked them.
 * @param caller Who called, as the gate found it.
 * @param who The key, without its secret.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { verb: Scope; given: Record<string, unknown> },
  caller: { client: string; origin: string; wants: "json" | "html" },
  who: { id: string; project: string; environment: string; name: string; verbs: string[] },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    const db = await namedResource<PostgresqlValue>("f/infra/postgres");
    return withPostgres(db, (sql) => runVerb(jobPorts(sql, db), { target: project, who, ...input }));
  });
}
