import { createHash } from "node:crypto";
import { InvalidInputError, NotFoundError } from "../errors.ts";
import type { Refusal, RouteEvent } from "../gate/event.ts";
import { hostName } from "../names.ts";
import { withTables } from "../operations/tables.ts";
import type { Sql } from "../postgres/connect.ts";
import { wildcardOf } from "./wildcard.ts";

/** What the proxy's question comes to: digests of the name and of the wildcard that would take it in, or a refusal. */
export type DomainQuestion = { digests: string[]; refusal?: Refusal };

const digestOf = (host: string): string => createHash("sha256").update(host).digest("hex");

/**
 * Reads `GET edge/domains?domain=shop.example.com`, as Caddy asks before it gets a certificate. Only digests go on:
 * whatever a stranger has put there, a secret that Windmill filled in among it, is not written into a job's arguments.
 */
export function domainQuestion(event: RouteEvent): DomainQuestion {
  const query = (event.kind === "http" && typeof event.query === "object" && event.query) || {};
  const { domain, ...others } = query as Record<string, unknown>;
  try {
    if (Object.keys(others).length > 0) throw new InvalidInputError("unknown parameter", { hint: "" });
    const host = hostName(domain);
    return { digests: [host, wildcardOf(host)].map(digestOf) };
  } catch {
    const message = "domain must be the name that a certificate is wanted for";
    const hint = "Ask with ?domain=shop.example.com and nothing else.";
    return { digests: [], refusal: { status: 400, code: "invalid_input", message, hint } };
  }
}

/** Answers that the domain is one of a project's, or throws NotFound: then the proxy gets no certificate for it. */
export async function knownDomain(sql: Sql, digests: string[]): Promise<{ status: "known" }> {
  const { rows } = await withTables(sql, () =>
    sql.query(`select 1 from run8n.route where encode(sha256(convert_to(host, 'UTF8')), 'hex') = any($1) limit 1`, [
      digests,
    ]),
  );
  if (rows.length > 0) return { status: "known" };
  throw new NotFoundError("No project has this domain", {
    hint: "Give it to a project with f/infra/caddy/ensure_route.",
  });
}
