import { expect } from "vitest";
import type { accountsRoute } from "./accounts.ts";
import { attacksAtOnce, attacksOn, plantSecrets, recordsOf } from "./secret_attack.ts";
import type { RouteRequest } from "./signup_route.ts";

type Engine = Parameters<typeof plantSecrets>[0];

export type AttackedRoute = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  /** Of someone whom the route lets in, so that what lies behind its guard is reached. */
  token: string;
  /** A body that the route takes, and the names of all its fields. */
  sound?: Record<string, string>;
  fields?: string[];
  /** For a route other than GET that takes no body either: the attacks are sent without theirs too. */
  bodyless?: boolean;
};

/**
 * Names secrets in every position of a guarded route, the authorization among them, and finds them nowhere: in no
 * answer, no record of a job, no row of the project's account tables. Answers the statuses that came.
 */
export async function expectNoSecretFrom(
  world: ReturnType<typeof accountsRoute>,
  { method, path, token, sound = {}, fields = [], bodyless = method === "GET" }: AttackedRoute,
): Promise<number[]> {
  const { mark, references: all, known } = await plantedIn(world.engine());
  // Of each kind the one that goes furthest, and no form but one, which no guarded route takes: the rest is the gate's
  // own business, and tried on the waitlist's route.
  const [plain = "", ...others] = all.filter((one) => /attack\/(plain|connection)$|^\$WM_TOKEN$/.test(one));
  const route = { path, project: world.project, sound, fields };
  const bearer = { authorization: `Bearer ${token}` };
  const toNothing = { "content-type": "application/json", "x-other": "$var:f/attack/nothing" };
  const attacks = [
    ...attacksOn(route, plain).filter((one) => !isForm(one) || one.headers?.accept),
    ...others.flatMap((reference) => attacksAtOnce(route, reference).filter((one) => !isForm(one))),
    { headers: toNothing, body: JSON.stringify(sound) },
  ].map((one): RouteRequest => ({ ...one, headers: { ...bearer, ...one.headers } }));
  attacks.push(
    ...[plain, ...others.map((reference) => `Bearer ${reference}`)].map((authorization) => ({
      headers: { "content-type": "application/json", "x-beside": "$var:f/attack/plain", authorization },
      body: JSON.stringify(sound),
    })),
  );
  const statuses = new Set<number>();
  const texts: string[] = [];
  const { url, workspace } = world.engine();
  const attack = async (request: RouteRequest) => {
    const answer = await fetch(`${url}/api/r/${workspace}/${request.path ?? path}`, {
      method,
      redirect: "manual",
      ...(bodyless ? { headers: withoutBody(request.headers) } : request),
    });
    statuses.add(answer.status);
    texts.push(`${await answer.text()} ${JSON.stringify([...answer.headers])}`);
  };
  const distinct = bodyless ? [...new Map(attacks.map((one) => [seen(one), one])).values()] : attacks;
  for (let at = 0; at < distinct.length; at += 8) await Promise.all(distinct.slice(at, at + 8).map(attack));
  const records = await recordsOf(world.engine(), known);
  expect(records.length).toBeGreaterThan(distinct.length);
  const rows = await world.sql(async (sql) => {
    const { rows: found } = await sql.query(
      `select query_to_xml(format('select * from %I.%I', schemaname, tablename), true, false, '')::text as rows
         from pg_tables where schemaname = $1`,
      [world.schema],
    );
    return found;
  });
  expect(rows.length).toBeGreaterThan(0);
  const everywhere = [...texts, ...records, JSON.stringify(rows)];
  expect(everywhere.filter((text) => text.includes(mark))).toEqual([]);
  return [...statuses].sort();
}

/** Planted once per engine, so that a test file may attack several routes; `known` are the jobs of those before. */
const planted = new WeakMap<object, ReturnType<typeof plant>>();
function plantedIn(engine: Engine): ReturnType<typeof plant> {
  const there = planted.get(engine) ?? plant(engine);
  planted.set(engine, there);
  return there;
}
const plant = async (engine: Engine) => ({ ...(await plantSecrets(engine)), known: new Set<string>() });

/** A GET has no body, and Windmill refuses an empty one that claims to be JSON before a job sees it. */
function withoutBody(headers: Record<string, string> = {}): Record<string, string> {
  const { "content-type": type = "", ...rest } = headers;
  return type.startsWith("$") ? headers : rest;
}

const seen = ({ path, headers }: RouteRequest): string => JSON.stringify([path, withoutBody(headers)]);

const isForm = ({ headers = {} }: RouteRequest): boolean => headers["content-type"]?.includes("form") === true;
