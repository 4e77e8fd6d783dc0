import { randomBytes } from "node:crypto";
import type { TestEngine } from "./engine.ts";
import type { RouteRequest } from "./signup_route.ts";
import { keep } from "./workspace_items.ts";

const JSON_TYPE = { "content-type": "application/json" };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };
/** Headers that some route reads, and others that none does. */
const READ_HEADERS = ["content-type", "origin", "accept"];
const OTHER_HEADERS = ["x-forwarded-for", "user-agent", "referer", "cookie", "x-other"];

type Attacked = { path: string; project: string; sound: Record<string, string>; fields: string[] };

/**
 * Keeps secrets in the workspace that the route's job may read. Each has the mark in it, in a shape that some check of a
 * route would let pass: a name, an origin, an address, a whole body. Answers the mark and the strings that name them.
 */
export async function plantSecrets(engine: TestEngine): Promise<{ mark: string; references: string[] }> {
  const mark = `s3cret${randomBytes(4).toString("hex")}`;
  const secrets = {
    "f/attack/plain": mark,
    "f/attack/name": `${mark}-shop`,
    "f/attack/origin": `https://${mark}.example.com`,
    "f/attack/email": `${mark}@example.com`,
    "f/attack/json": `{"email":"${mark}@example.com"}`,
    "f/attack/form": `email=${mark}%40example.com`,
    "f/attack/type": "application/json",
  };
  await keep(engine, { "f/attack/connection": { host: `${mark}.example.com`, password: mark } }, secrets);
  return {
    mark,
    references: [
      ...Object.keys(secrets).map((path) => `$var:${path}`),
      "$jsonvar:f/attack/json",
      "$res:f/attack/connection",
      "$var:f/attack/nothing",
      "$WM_TOKEN",
    ],
  };
}

/** Requests with the reference in one position each: raw body, each field, an unknown key, query, path, headers. */
export function attacksOn(route: Attacked, reference: string): RouteRequest[] {
  const { sound, fields } = route;
  return [
    ...[JSON_TYPE, FORM_TYPE, { ...FORM_TYPE, accept: "text/html" }, { "content-type": "text/plain" }].map((type) =>
      raw(reference, type),
    ),
    raw(reference, { "content-type": "$var:f/attack/type" }),
    ...[...fields, "other", reference].flatMap((field) => {
      const body = { ...sound, [field]: reference };
      return [json(body), form(body), json({ ...sound, [field]: { deeper: [reference] } })];
    }),
    ...READ_HEADERS.map((name) => json(sound, { [name]: reference })),
    ...inAddressAndHeaders(route, reference),
  ];
}

/**
 * The same reference in many positions of few requests: enough to see that Windmill replaces it in none of them, though
 * not, as one position does, to see what lies behind the checks of the others.
 */
export function attacksAtOnce(route: Attacked, reference: string): RouteRequest[] {
  const names = [...route.fields, "other", reference];
  const everywhere = { ...route.sound, ...Object.fromEntries(names.map((name) => [name, reference])) };
  return [
    raw(reference, JSON_TYPE),
    raw(reference, FORM_TYPE),
    json(everywhere),
    form(everywhere),
    ...inAddressAndHeaders(route, reference),
  ];
}

// Beside another reference, Windmill replaces contextual names such as $WM_TOKEN too.
const BESIDE = { "x-beside": "$var:f/attack/plain" };
const raw = (body: string, type: Record<string, string>): RouteRequest => ({ headers: { ...type, ...BESIDE }, body });
const json = (body: object, headers = {}): RouteRequest => raw(JSON.stringify(body), { ...JSON_TYPE, ...headers });
const form = (body: Record<string, string>): RouteRequest => raw(new URLSearchParams(body).toString(), FORM_TYPE);

function inAddressAndHeaders({ path, project, sound }: Attacked, reference: string): RouteRequest[] {
  const encoded = encodeURIComponent(reference);
  const headers = Object.fromEntries(OTHER_HEADERS.map((name) => [name, reference]));
  return [
    { ...json(sound, headers), path: `${path}?q=${encoded}&${encoded}=q` },
    { ...json(sound), path: path.replace(project, encoded) },
  ];
}

/** What the engine keeps of its jobs: arguments, results and logs. `known` are those that an earlier call has read. */
export async function recordsOf(engine: TestEngine, known = new Set<string>()): Promise<string[]> {
  const jobs = (await (await engine.api("/w/{w}/jobs/list?per_page=1000")).json()) as { id: string }[];
  const texts: string[] = [];
  for (const { id } of jobs.filter((job) => !known.has(job.id))) {
    known.add(id);
    const parts = ["get", "get_logs"].map(async (what) => (await engine.api(`/w/{w}/jobs_u/${what}/${id}`)).text());
    texts.push(...(await Promise.all(parts)));
  }
  return texts;
}
