/**
 * A project with accounts, signed-in users and organizations, for tests of whatever stands on `who: member(...)`.
 *
 *   const world = accountsRoute();       // at the top of the test file; starts in its beforeAll
 *   const { user, organization } = await world.owner();  // an account that owns an organization
 *   const token = await world.token(user);               // its access token, as GoTrue would sign it
 *   await world.call("POST", `apps/${world.project}/stripe/checkout`, { token, body: { plan: "pro" } });
 *
 * All routes are on an engine of the test file's own, on the real Postgres and Redis; `world.db` is the server's
 * connection and `world.sql(...)` asks it. Tokens come from `tests/support/tokens.ts`, without a GoTrue; where routes ask
 * GoTrue itself, pass `() => gotrueIssuer()` of `gotrue_issuer.ts` as well, which brings a stand-in and its mails. Pages
 * in a browser: see `tests/templates/saas.test.ts`, and `route_attack.ts` for the test that finds no secret.
 * For a library alone, without an engine: `ensureAccounts` on `projectSchema(...)`, then `addOwner` and `addMember`.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, inject } from "vitest";
import { ensureAccounts } from "../../f/lib/accounts/ensure.ts";
import type { Role } from "../../f/lib/accounts/members.ts";
import { accountTables } from "../../f/lib/accounts/tables.ts";
import { schemaOf } from "../../f/lib/names.ts";
import { type Sql, withPostgres } from "../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "./database.ts";
import type { TestEngine } from "./engine.ts";
import { projectSchema } from "./project_schema.ts";
import { pushedEngine } from "./pushed_engine.ts";
import { newUser, type TokenUser, tokenIssuer } from "./tokens.ts";
import { keep } from "./workspace_items.ts";

export type RouteCall = { token?: string; body?: unknown; headers?: Record<string, string>; raw?: string };

/** An account that owns a new organization. */
export async function addOwner(sql: Sql, project: string, user: TokenUser = newUser("owner")) {
  const { organization } = accountTables(schemaOf(project));
  const { rows } = await sql.query<{ id: string }>(`insert into ${organization} (name) values ('Acme') returning id`);
  const id = rows[0]!.id;
  await addMember(sql, project, { organization: id, role: "owner", user });
  return { user, organization: id };
}

/** An account in the organization with that role. */
export async function addMember(
  sql: Sql,
  project: string,
  { organization, role, user = newUser(role) }: { organization: string; role: Role; user?: TokenUser },
): Promise<TokenUser> {
  const { member } = accountTables(schemaOf(project));
  await addAccount(sql, project, user);
  await sql.query(`insert into ${member} (organization_id, user_id, role) values ($1, $2, $3)`, [
    organization,
    user.id,
    role,
  ]);
  return user;
}

/** An account that belongs to no organization. */
export async function addAccount(sql: Sql, project: string, user: TokenUser = newUser()): Promise<TokenUser> {
  const { account } = accountTables(schemaOf(project));
  const values = [user.id, user.email, user.email.toLowerCase()];
  await sql.query(
    `insert into ${account} (user_id, email, email_key) values ($1, $2, $3) on conflict do nothing`,
    values,
  );
  return user;
}

/** Who signs tokens: `tokenIssuer`, or `gotrueIssuer` where routes also ask GoTrue itself. */
export type Issuer = { resource(): object; token(user: TokenUser): Promise<string>; stop(): Promise<unknown> };

/** See the top of the file. */
export function accountsRoute<I extends Issuer = Awaited<ReturnType<typeof tokenIssuer>>>(
  startIssuer: () => Promise<I> = tokenIssuer as unknown as () => Promise<I>,
  /** Where the project's pages are, once that is known. */
  originOf = (project: string) => `https://${project}.example.com`,
) {
  const db = testDatabase();
  const project = `my-${uniqueProject()}`;
  const schema = schemaOf(project);
  let engine: TestEngine;
  let issuer: I;

  beforeAll(async () => {
    [engine, issuer] = await Promise.all([pushedEngine(), startIssuer()]);
    const { app } = await withPostgres(db, async (sql) => {
      const connections = await projectSchema(sql, db, project);
      await ensureAccounts(sql, { project, signUp: "open" });
      return connections;
    });
    await keep(engine, {
      "f/infra/postgres": db,
      "f/infra/redis": inject("services").redis,
      "f/infra/gotrue": issuer.resource(),
      [`f/project_${schema}/project`]: { name: project, origins: [originOf(project)] },
      [`f/project_${schema}/postgres_app`]: app,
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await issuer?.stop();
  });

  const sql = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => withPostgres(db, work);
  return {
    project,
    schema,
    get origin() {
      return originOf(project);
    },
    db,
    sql,
    engine: () => engine,
    issuer: () => issuer,
    token: (user: TokenUser) => issuer.token(user),
    owner: () => sql((server) => addOwner(server, project)),
    member: (organization: string, role: Role) => sql((server) => addMember(server, project, { organization, role })),
    account: () => sql((server) => addAccount(server, project)),
    stranger: () => newUser("stranger"),
    organizationOfNobody: () => randomUUID(),
    /** Asks the engine for a path below the workspace's routes, as the edge does. */
    async call(method: string, path: string, { token, body, raw, headers }: RouteCall = {}) {
      const json = body === undefined ? raw : JSON.stringify(body);
      const answer = await fetch(`${engine.url}/api/r/${engine.workspace}/${path}`, {
        method,
        redirect: "manual",
        headers: {
          ...(json === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: json }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.includes("json") && text !== "";
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    },
  };
}
