import { ForbiddenError, UnauthorizedError } from "../errors.ts";
import { header, type RouteEvent } from "../gate/event.ts";
import type { Sql } from "../postgres/connect.ts";
import { matches, parseKey } from "./key.ts";
import { type AccessKey, findKeys, shown } from "./record.ts";
import type { KeyScope } from "./scopes.ts";

/**
 * The key that a request carries: `authorization: Bearer r8n_...`. The word in front is needed: a header that only
 * names a secret (`$var:...`) becomes that secret before our code sees it, and a variable that holds a key does not
 * begin with `Bearer`.
 */
export function keyOf(event: RouteEvent): string | undefined {
  return /^Bearer (r8n_[0-9a-f_]+)$/.exec(header(event, "authorization") ?? "")?.[1];
}

/**
 * Lets a key do one verb of one project, and notes that it was used. `project` is the name in the address: the
 * project's own for production, `shop-staging` for another environment. To be called in the preprocessor, so that the
 * key itself never becomes an argument of a job.
 * Throws Unauthorized for a key that is missing, unknown, revoked or expired, Forbidden for one made for something else.
 */
export async function checkKey(
  sql: Sql,
  { key: text, project, verb }: { key: string | undefined; project: string; verb: KeyScope },
): Promise<AccessKey> {
  const key = text === undefined ? undefined : parseKey(text);
  if (!key) throw unauthorized("This route needs an access key", 'Send it as "authorization: Bearer r8n_...".');
  const [found] = await findKeys(sql, "id = $1", [key.id]);
  if (!found || !matches(key, found.hash)) throw unauthorized("The access key is not known", ASK);
  if (found.status !== "active") throw unauthorized(`The access key is ${found.status}`, ASK);
  if (found.target !== project) throw forbidden("The access key is for another project or environment", found);
  if (!found.verbs.includes(verb)) throw forbidden(`The access key does not allow ${verb}`, found);
  // Once a minute is enough to know, and keeps a busy key from writing one row over and over.
  await sql.query(
    `update run8n.access_key set last_used_at = now()
      where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [key.id],
  );
  return shown(found);
}

const ASK = "Ask the project's operator for a new key.";

const unauthorized = (message: string, hint: string) => new UnauthorizedError(message, { hint });

const forbidden = (message: string, { target, verbs }: { target: string; verbs: string[] }) =>
  new ForbiddenError(message, {
    hint: `It may do this on ${target}: ${verbs.join(", ")}. Ask the project's operator for more.`,
  });
