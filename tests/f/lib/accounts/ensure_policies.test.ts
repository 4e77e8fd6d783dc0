import { beforeAll, describe, expect, it } from "vitest";
import { forUser } from "../../../../f/lib/accounts/as_user.ts";
import { ensureAccounts } from "../../../../f/lib/accounts/ensure.ts";
import { ensurePolicies } from "../../../../f/lib/accounts/ensure_policies.ts";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../../../../f/lib/resources.ts";
import { addMember, addOwner } from "../../../support/accounts.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";
import { newUser, type TokenUser } from "../../../support/tokens.ts";

const db = testDatabase();
const project = uniqueProject();
const TABLES = [
  { table: "note", column: "user_id", belongsTo: "user" },
  { table: "task", column: "organization_id", belongsTo: "organization", writeRole: "admin" },
];
let app: PostgresqlValue;
let readonly: PostgresqlValue;
let ada: TokenUser & { organization: string };
let eve: TokenUser & { organization: string };
let clerk: TokenUser;

const server = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => withPostgres(db, work);
/** As a route does it: the app role, for one user or for nobody. */
const as = <R>(who: { id: string } | undefined, text: string, params: unknown[] = []): Promise<R[]> =>
  withPostgres(app, async (sql) => {
    const ask = async () => (await sql.query<R>(text, params)).rows;
    return who ? forUser(sql, who, ask) : ask();
  });
const refusedWith = (sqlstate: string) => ({ details: { sqlstate } });

beforeAll(() =>
  server(async (sql) => {
    ({ app, readonly } = await projectSchema(sql, db, project));
    await ensureAccounts(sql, { project, signUp: "open" });
    await sql.query(`set role ${project}_owner`);
    await sql.query(`create table ${project}.note (id serial primary key, user_id uuid not null, text text unique)`);
    await sql.query(`create table ${project}.task (id serial primary key, organization_id uuid not null, text text)`);
    await sql.query("reset role");
    expect(await ensurePolicies(sql, { project, tables: TABLES })).toMatchObject({ status: "created" });
    const [one, other] = [await addOwner(sql, project), await addOwner(sql, project)];
    ada = { ...one.user, organization: one.organization };
    eve = { ...other.user, organization: other.organization };
    clerk = await addMember(sql, project, { organization: ada.organization, role: "member" });
    for (const { id, organization, email } of [ada, eve]) {
      await sql.query(`insert into ${project}.note (user_id, text) values ($1, $2)`, [id, `note of ${email}`]);
      await sql.query(`insert into ${project}.task (organization_id, text) values ($1, $2)`, [
        organization,
        `task of ${email}`,
      ]);
    }
  }),
);

describe("rows of a user", () => {
  it("are seen by that user only, and by nobody when no user is named", async () => {
    expect(await as(ada, "select text from note")).toEqual([{ text: `note of ${ada.email}` }]);
    expect(await as(eve, "select text from note")).toEqual([{ text: `note of ${eve.email}` }]);
    expect(await as(newUser(), "select text from note")).toEqual([]);
    expect(await as(undefined, "select text from note")).toEqual([]);
  });

  it("are made, changed and deleted by that user only", async () => {
    const mine = `insert into note (user_id, text) values ($1, 'mine') returning text`;
    expect(await as(ada, mine, [ada.id])).toEqual([{ text: "mine" }]);
    expect(await as(ada, "update note set text = 'changed' where text = 'mine' returning text")).toHaveLength(1);
    expect(await as(ada, "delete from note where text = 'changed' returning 1")).toHaveLength(1);
  });

  it.each<[attack: string, statement: string, outcome: string | number]>([
    ["a row in another's name", "insert into note (user_id, text) values ($2, 'planted')", "42501"],
    ["a row given away", "update note set user_id = $2 where user_id = $1", "42501"],
    ["another's row changed", "update note set text = 'gone' where user_id = $2 returning 1", 0],
    ["all rows changed", "update note set text = text where user_id <> $1 returning 1", 0],
    ["another's row deleted", "delete from note where user_id = $2 returning 1", 0],
    [
      "another's row taken over",
      `insert into note (user_id, text) values ($1, $3) on conflict (text) do update set user_id = $1`,
      "42501",
    ],
    ["a look behind a subquery", "select * from (select * from note) n where user_id = $2", 0],
    [
      "a look behind a union",
      "select text from note where user_id = $2 union select text from note where user_id = $2",
      0,
    ],
    ["a look by an error that quotes", "select text::int from note where user_id = $2", 0],
    ["a lock on another's row", "select 1 from note where user_id = $2 for update", 0],
    ["a count", "select 1 from note where user_id = $2 having count(*) > 0", 0],
    ["security turned off", "set local row_security = off; select text from note", "42501"],
    ["the table opened", "alter table note disable row level security", "42501"],
    ["a policy of one's own", "create policy mine on note using (true)", "42501"],
    ["a policy dropped", "drop policy run8n_select on note", "42501"],
    ["the table emptied", "truncate note", "42501"],
    ["the owner's role", `set role ${project}_owner`, "42501"],
    [
      "a function in place of ours",
      "create or replace function current_user_id() returns uuid language sql return null",
      "42501",
    ],
    [
      "a table before ours",
      "create temporary table organization_member (organization_id uuid, user_id uuid, role text)",
      "42501",
    ],
    ["a view on it", "create view mine as select * from note", "42501"],
  ])("withstand %s", async (_, statement, outcome) => {
    const params = [ada.id, eve.id, `note of ${eve.email}`].slice(
      0,
      Math.max(0, ...[...statement.matchAll(/\$(\d)/g)].map(([, n]) => Number(n))),
    );
    // Parameters that the statement does not mention would be refused for that alone.
    const typed = params.map((_value, at) => (statement.includes(`$${at + 1}`) ? "" : `, $${at + 1}::text`)).join("");
    const attack = as(ada, typed ? `with unused as (select 1${typed}) ${statement}` : statement, params);
    if (typeof outcome === "number") expect(await attack).toHaveLength(outcome);
    else await expect(attack).rejects.toMatchObject(refusedWith(outcome));
    const { rows } = await server((sql) => sql.query(`select text from ${project}.note where user_id = $1`, [eve.id]));
    expect(rows).toEqual([{ text: `note of ${eve.email}` }]);
  });
});

describe("rows of an organization", () => {
  it("are seen by its members, changed by who may, and neither by others", async () => {
    const [seen, write] = ["select text from task", "update task set text = text returning 1"];
    expect(await as(clerk, seen)).toEqual([{ text: `task of ${ada.email}` }]);
    expect(await as(clerk, write)).toEqual([]);
    expect(await as(ada, write)).toHaveLength(1);
    expect(await as(eve, seen)).toEqual([{ text: `task of ${eve.email}` }]);
    const planted = "insert into task (organization_id, text) values ($1, 'planted')";
    for (const who of [eve, clerk, undefined])
      await expect(as(who, planted, [ada.organization])).rejects.toMatchObject(refusedWith("42501"));
  });

  it("are gone for who leaves it, at once", async () => {
    await server((sql) => sql.query(`delete from ${project}.organization_member where user_id = $1`, [clerk.id]));
    expect(await as(clerk, "select text from task")).toEqual([]);
  });

  it("are not shown by the function that decides, when its names are hidden behind others", async () => {
    const answer = await withPostgres(app, (sql) =>
      forUser(sql, eve, async () => {
        await sql.query("select set_config('search_path', 'pg_temp, pg_catalog', true)");
        return sql.query(`select ${project}.is_member_of($1, 'member') as it`, [ada.organization]);
      }),
    );
    expect(answer.rows).toEqual([{ it: false }]);
  });
});

describe("the user of a connection", () => {
  it("ends with the transaction, also with one that fails, and is the innermost", async () => {
    await withPostgres(app, async (sql) => {
      const seen = async () => (await sql.query("select text from note")).rows.length;
      expect(await forUser(sql, ada, seen)).toBe(1);
      expect(await seen()).toBe(0);
      await expect(forUser(sql, ada, () => sql.query("select 1/0"))).rejects.toThrow();
      expect(await seen()).toBe(0);
      expect(await forUser(sql, newUser(), seen)).toBe(0);
    });
  });

  it.each(["", "' or true --", "00000000-0000-0000-0000-00000000000g", `${"a".repeat(36)}`])(
    "is a UUID, not %j",
    async (id) => {
      await expect(as({ id }, "select 1")).rejects.toMatchObject({ code: "invalid_input" });
    },
  );

  it("does not bind the owner, who migrates, nor who only looks", async () => {
    const { rows } = await withPostgres(readonly, (sql) => sql.query("select text from note"));
    expect(rows).toHaveLength(2);
    await expect(withPostgres(readonly, (sql) => sql.query("delete from note"))).rejects.toThrow();
  });
});

describe("ensurePolicies", () => {
  it("changes nothing when it runs again, and puts right what somebody changed", async () => {
    await server(async (sql) => {
      expect(await ensurePolicies(sql, { project, tables: TABLES })).toMatchObject({ status: "unchanged" });
      for (const change of [
        "alter table note disable row level security",
        "drop policy run8n_delete on task",
        "alter policy run8n_select on note using (true)",
        "create or replace function is_member_of(organization uuid, needed text) returns boolean language sql return true",
      ]) {
        await sql.query(`set search_path = ${project}; ${change}; reset search_path`);
        expect(await ensurePolicies(sql, { project, tables: TABLES }), change).toMatchObject({ status: "updated" });
      }
      expect(await ensurePolicies(sql, { project, tables: TABLES })).toMatchObject({ status: "unchanged" });
    });
  });

  it("may be asked by two at once", async () => {
    const both = await Promise.all([1, 2].map(() => server((sql) => ensurePolicies(sql, { project, tables: TABLES }))));
    expect(both.map(({ status }) => status)).toEqual(["unchanged", "unchanged"]);
  });

  it.each<[string, unknown]>([
    ["no table", []],
    ["a table twice", [TABLES[0], TABLES[0]]],
    ["a table that is not there", [{ table: "nothing", column: "user_id", belongsTo: "user" }]],
    ["a column that is not there", [{ table: "note", column: "nothing", belongsTo: "user" }]],
    ["a column that is no uuid", [{ table: "note", column: "text", belongsTo: "user" }]],
    ["the accounts' own tables", [{ table: "organization_member", column: "user_id", belongsTo: "user" }]],
    ["SQL as a table", [{ table: "note; drop table note", column: "user_id", belongsTo: "user" }]],
    ["another owner", [{ table: "note", column: "user_id", belongsTo: "everyone" }]],
    ["another role", [{ table: "note", column: "user_id", belongsTo: "user", writeRole: "root" }]],
    ["a text", "note"],
  ])("refuses %s", async (_, tables) => {
    await expect(server((sql) => ensurePolicies(sql, { project, tables }))).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});
