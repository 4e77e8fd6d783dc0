import { ConflictError, InvalidInputError, NotFoundError, PreconditionError } from "../errors.ts";
import type { Guard, Route } from "../gate/admit.ts";
import { withPostgres } from "../postgres/connect.ts";
import type { Ports } from "../projects/kinds/kind.ts";
import { problemsOf } from "../projects/manifest.ts";
import { namedResource, type PostgresqlValue } from "../resources.ts";
import { actingAs } from "../windmill/job.ts";
import { checkKey, keyOf } from "./check.ts";
import type { AccessKey } from "./record.ts";
import { SCOPES, type Scope } from "./scopes.ts";
import { VERBS } from "./verbs.ts";

/** What the gate of verbs lets through: a verb that exists, and exactly the arguments that it declares. */
export type VerbCall = { verb: Scope; given: Record<string, unknown> };

/** A site of ten megabytes in base64; larger ones travel by plan_deploy and deploy_files. */
const MAX_BYTES = 14_000_000;

/** `POST projects/:project/:verb`, with a key; the body holds the verb's arguments. */
export const verbRoute = (who: Guard<AccessKey> = withKey): Route<VerbCall, AccessKey> => ({
  path: "projects/:project/:verb",
  maxBytes: MAX_BYTES,
  accepts: ["json"],
  input: (body, { verb }) => verbCall(verb, body),
  who,
});

/** Throws NotFound for a verb that is not served, InvalidInput that names the wrong places and repeats no value. */
function verbCall(word: string | undefined, body: Record<string, unknown>): VerbCall {
  if (word === undefined || !Object.hasOwn(VERBS, word)) {
    throw new NotFoundError("There is no such verb here", {
      hint: `The verbs are: ${Object.keys(SCOPES).join(", ")}.`,
    });
  }
  const verb = word as Scope;
  const read = VERBS[verb].takes.safeParse(body);
  if (read.success) return { verb, given: read.data as Record<string, unknown> };
  throw new InvalidInputError(
    `The arguments of ${verb} are not as it takes them: ${problemsOf(read.error).join("; ")}`,
    {
      hint: "Correct the body and send it again.",
    },
  );
}

/** The key stays in the preprocessor: what comes out is who holds it. */
const withKey: Guard<AccessKey> = async ({ authorization, project, input }) => {
  const db = await namedResource<PostgresqlValue>("f/infra/postgres");
  const { verb } = input as VerbCall;
  const key = keyOf({ headers: { authorization } });
  return withPostgres(db, (sql) => checkKey(sql, { key, project, verb }));
};

/**
 * Does what a key was let in for, in its holder's name. A refusal because the world has changed (a stale plan, say) is
 * told as a conflict: the gate keeps other failed preconditions to itself, since they may tell of the server's set-up.
 */
export async function runVerb(
  ports: Ports,
  { target, who, verb, given }: { target: string; who: Pick<AccessKey, "name" | "project" | "environment"> } & VerbCall,
): Promise<object> {
  const { project, environment } = who;
  try {
    return await actingAs(`key ${who.name}`, () => VERBS[verb].run(ports, { target, project, environment }, given));
  } catch (error) {
    if (!(error instanceof PreconditionError)) throw error;
    const { message, hint, details } = error;
    throw new ConflictError(message, { hint, ...(details ? { details } : {}) });
  }
}
