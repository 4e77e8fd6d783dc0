import { beforeAll, describe, expect, it } from "vitest";
import { SCOPES, type Scope } from "../../../../f/lib/access/scopes.ts";
import { VERBS } from "../../../../f/lib/access/verbs.ts";
import { archiveOf } from "../../../support/archives.ts";
import { gatedProjects } from "../../../support/gate.ts";
import { plantSecrets, recordsOf } from "../../../support/secret_attack.ts";

const gate = gatedProjects();
const HASH = "a".repeat(64);
const MIGRATION = { name: "20260101000000_notes", sql: "create table note (id int primary key);" };

/** Arguments that each verb takes, with every one that it knows. */
const SOUND: Record<Scope, Record<string, unknown>> = {
  get_project: {},
  list_operations: { failed: true, cursor: "1.000000_00000000-0000-0000-0000-000000000000", limit: 2 },
  check_drift: {},
  plan_project: { manifest: { name: gate.mine, template: "static", domains: ["a.example"], site: "site" } },
  apply_project: { manifest: { name: gate.mine, template: "static", site: "site" }, planHash: HASH.slice(0, 32) },
  list_releases: {},
  plan_deploy: { entries: [{ path: "index.html", sha256: HASH, sizeBytes: 3 }], settings: { spa: true } },
  deploy_files: { batch: Buffer.from("nothing").toString("base64") },
  deploy_site: { archive: archiveOf({ "index.html": "<h1>Mine</h1>" }) },
  rollback_site: { release: "r".repeat(20) },
  plan_migrations: { migrations: [MIGRATION] },
  apply_migrations: { migrations: [MIGRATION], planHash: HASH.slice(0, 32), baseline: MIGRATION.name },
  run_query: { query: "select $1::text as it", params: ["x"], maxRows: 1, timeoutSeconds: 1 },
};

/** The value with something else in the place of each of its parts in turn, and of the whole. */
function* spoiled(value: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const one of spoiled(inner, by)) {
      const copy = structuredClone(value) as Record<string, unknown>;
      copy[key] = one;
      yield copy;
    }
  }
}

let key: string;
let references: string[];
let marks: string[];
/** Jobs whose records were read. */
const known = new Set<string>();

beforeAll(async () => {
  const { mark } = await plantSecrets(gate.engine());
  await gate.sql(`insert into ${gate.neighbour}.waitlist_signup (email, email_key) values ('${mark}@n.example', 'n')`);
  const folder = `f/project_${gate.neighbour}`;
  const passwords = await Promise.all(
    ["owner", "app", "readonly"].map(async (role) => {
      const answer = await gate.engine().api(`/w/{w}/variables/get_value/${folder}/postgres_${role}_password`);
      return (await answer.json()) as string;
    }),
  );
  key = await gate.key(Object.keys(SCOPES));
  marks = [mark, ...passwords];
  references = [
    `$var:${folder}/postgres_owner_password`,
    `$res:${folder}/postgres_owner`,
    "$var:f/attack/plain",
    "$jsonvar:f/attack/json",
  ];
});

/** Sends requests, some at a time, and answers all that came back. */
async function send(requests: Parameters<typeof gate.call>[]) {
  const answers: Awaited<ReturnType<typeof gate.call>>[] = [];
  for (let at = 0; at < requests.length; at += 6) {
    answers.push(...(await Promise.all(requests.slice(at, at + 6).map((request) => gate.call(...request)))));
  }
  return answers;
}

async function expectNothingOf(answers: { text: string }[]): Promise<void> {
  const rows = await gate.sql("select o::text as row from run8n.operation o where project = $1", [gate.mine]);
  const everywhere = [
    ...answers.map(({ text }) => text),
    ...(await recordsOf(gate.engine(), known)),
    ...rows.rows.map(({ row }) => row as string),
  ];
  expect(everywhere.filter((text) => marks.some((mark) => text.includes(mark)))).toEqual([]);
}

it("has sound arguments for each verb, with every argument that it declares", () => {
  for (const [verb, { takes }] of Object.entries(VERBS)) {
    const sound = SOUND[verb as Scope];
    expect(takes.safeParse(sound).success, verb).toBe(true);
    const declared = Object.keys((takes as unknown as { shape: object }).shape);
    expect(Object.keys(sound).sort(), verb).toEqual(declared.sort());
    expect(declared, verb).not.toEqual(expect.arrayContaining(["project"]));
  }
});

it("gives no secret of the operator or the neighbour away, wherever somebody names it", async () => {
  // Beside another reference, Windmill replaces contextual names such as $WM_TOKEN too.
  const headers = { "x-beside": "$var:f/attack/plain" };
  const attacks = Object.entries(SOUND).flatMap(([verb, sound], at): Parameters<typeof gate.call>[] => {
    const reference = references[at % references.length] as string;
    const bodies = [...spoiled(sound, reference), { ...sound, other: reference }, { ...sound, [reference]: 1 }];
    return bodies.map((body) => [verb, body, { key, headers }]);
  });
  const elsewhere = references.flatMap((reference): Parameters<typeof gate.call>[] => [
    ["get_project", {}, { headers: { ...headers, authorization: reference } }],
    ["get_project", {}, { headers: { ...headers, authorization: `Bearer ${reference}` } }],
    ["get_project", {}, { key, project: encodeURIComponent(reference) }],
    [encodeURIComponent(reference), {}, { key }],
    [`get_project?project=${encodeURIComponent(reference)}`, {}, { key }],
    ["run_query", { ...SOUND.run_query, params: ["$WM_TOKEN"] }, { key, headers: { "x-beside": reference } }],
  ]);
  const origin: Parameters<typeof gate.call> = [
    "get_project",
    {},
    { key, headers: { origin: references[0] as string } },
  ];
  const answers = await send([...attacks, ...elsewhere, origin]);
  await expectNothingOf(answers);
  const through = [...attacks, ...elsewhere, origin].filter((_, at) => answers[at]?.status === 200);
  expect(through).toEqual([]);
}, 300_000);

describe("a key reaches nothing of the neighbour's", () => {
  it("by the path, with any verb", async () => {
    const answers = await send(
      Object.entries(SOUND).map(([verb, sound]) => [verb, sound, { key, project: gate.neighbour }]),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  });

  it("by a manifest, a release, a path or a statement that names it", async () => {
    const { mine, neighbour } = gate;
    const owner = (sql: string) => ["apply_migrations", { migrations: [{ name: MIGRATION.name, sql }] }] as const;
    const query = (text: string) => ["run_query", { query: text }] as const;
    const attacks = [
      ["plan_project", { manifest: { name: neighbour, template: "static" } }],
      ["apply_project", { manifest: { name: neighbour, template: "static" } }],
      [
        "apply_project",
        { manifest: { name: mine, template: "static", domains: [`${neighbour}.${gate.caddy.domain}`] } },
      ],
      ["rollback_site", { release: `../../${neighbour}/current` }],
      ["plan_deploy", { entries: [{ path: `../../${neighbour}/current/x.html`, sha256: HASH, sizeBytes: 1 }] }],
      query(`select * from ${neighbour}.waitlist_signup`),
      query("select * from run8n.access_key"),
      query("select * from run8n.operation"),
      query("select rolpassword from pg_authid"),
      query("select pg_read_file('/etc/passwd')"),
      query(`set role ${neighbour}_owner`),
      query("select 1; select 2"),
      owner(`create table stolen as select * from ${neighbour}.waitlist_signup`),
      owner(`set role ${neighbour}_owner`),
      owner("create table stolen as select * from run8n.access_key"),
      owner("copy (select 1) to program 'id'"),
      owner(`grant ${neighbour}_owner to ${mine}_owner`),
    ] as const;
    const answers = await send(attacks.map(([verb, given]) => [verb, given, { key }]));
    expect(answers.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
    await expectNothingOf(answers);
    const { rows } = await gate.sql(`select to_regclass('${mine}.stolen') as it`);
    expect(rows).toEqual([{ it: null }]);
    expect((await gate.call("check_drift", {}, { key })).body.items).toMatchObject([{ status: "matches" }]);
  }, 120_000);
});
