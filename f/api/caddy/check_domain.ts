import { domainQuestion, knownDomain } from "../../lib/caddy/known_domain.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { namedResource, type PostgresqlValue } from "../../lib/resources.ts";

const CALLER = { client: "unknown", origin: "", wants: "json" } as const;

export async function preprocessor(event: RouteEvent) {
  return domainQuestion(event);
}

/**
 * Says whether a domain belongs to a project: `GET edge/domains?domain=shop.example.com`. The edge proxy asks before it
 * gets a certificate for a name that a browser has asked it for. Answers `{ "status": "known" }`, or 404.
 * @param digests SHA-256 of the domain, and of the wildcard that would take it in, as hex.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  digests: string[],
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller: CALLER, refusal }, async () => {
    const db = await namedResource<PostgresqlValue>("f/infra/postgres");
    return withPostgres(db, (sql) => knownDomain(sql, digests));
  });
}
