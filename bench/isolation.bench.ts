import { withPostgres } from "../f/lib/postgres/connect.ts";
import { ensureSchema } from "../f/lib/postgres/ensure_schema.ts";
import { ROLE_KINDS, schemaNames } from "../f/lib/postgres/roles.ts";
import { rotatePassword } from "../f/lib/postgres/rotate.ts";
import type { PostgresqlValue } from "../f/lib/resources.ts";
import { attacksOn } from "../tests/support/isolation_attacks.ts";
import { connectionOf } from "../tests/support/project_roles.ts";
import { memoryWorkspace } from "../tests/support/workspace.ts";
import { type Bench, inTurn } from "./report.ts";
import { withServers } from "./servers.ts";

const OURS = [schemaNames("ours-mine"), schemaNames("ours-theirs")] as const;
const HAND = [schemaNames("hand-mine"), schemaNames("hand-theirs")] as const;
const SECRET = `create table secret (id serial primary key, text text); insert into secret (text) values ('kept');
  create view seen as select * from secret;
  create function reveal() returns text language sql as 'select text from secret'`;

/**
 * How many attacks of one project on another get through, by each login of each of its roles. The rivals are what people
 * do by hand: a schema with an owner each, and a schema each with one login for all. What is timed is that the rights
 * cost a query nothing.
 */
const bench: Bench = {
  summary: "attacks of one project's roles on another that get through, against schemas made by hand",
  run: ({ runs }) =>
    withServers(async ({ db }) => {
      const [owners, shared] = [
        { ...db, dbname: "owners" },
        { ...db, dbname: "shared" },
      ];
      await withPostgres(db, (sql) =>
        sql.query("create database owners").then(() => sql.query("create database shared")),
      );
      const ours = await ourField(db);
      const ownerEach = await byHand(
        owners,
        HAND.map(({ roles }) => roles.owner),
      );
      const oneLogin = await byHand(shared, ["shared_login", "shared_login"]);
      const counts = { attacks: 0, through: 0 };
      for (const login of ours.logins) {
        const { attacks, through } = await attack(login, attacksOn({ ...ours.field, dbname: db.dbname }));
        counts.attacks += attacks;
        counts.through += through;
      }
      const query = (login: PostgresqlValue) => async () => {
        await withPostgres(login, (sql) => sql.query("select count(*) from secret"));
        return undefined;
      };
      const timed = await inTurn(
        { case: "log in and ask once", rival: "a schema with one owner", runs: runs * 4, warmup: 5 },
        query(ours.logins[1] as PostgresqlValue),
        query(ownerEach.login),
      );
      const rival = await attack(ownerEach.login, attacksOn({ ...ownerEach.field, dbname: owners.dbname }));
      const weak = await attack(oneLogin.login, attacksOn({ ...oneLogin.field, dbname: shared.dbname }));
      return {
        cases: [timed],
        counts: { ...counts, ownerEachThrough: rival.through, oneLoginThrough: weak.through },
      };
    }),
};
export default bench;

async function attack(login: PostgresqlValue, attacks: Record<string, string>) {
  let through = 0;
  await withPostgres(login, async (sql) => {
    for (const one of Object.values(attacks)) {
      await sql.query("rollback; reset all; set default_transaction_read_only = off");
      const got = await sql.query(one).then(
        () => true,
        () => false,
      );
      if (got) through++;
    }
  });
  return { attacks: Object.keys(attacks).length, through };
}

async function ourField(db: PostgresqlValue) {
  const workspace = memoryWorkspace();
  const [mine, theirs] = OURS;
  await withPostgres(db, async (sql) => {
    for (const { project } of OURS) await ensureSchema({ sql, db, workspace }, project);
    await sql.query("create table public.shared (id int)");
  });
  for (const { folder } of OURS)
    await withPostgres(connectionOf(workspace, folder, "owner"), (sql) => sql.query(SECRET));
  const largeObject = await largeObjectOf(connectionOf(workspace, theirs.folder, "owner"));
  const firstLogins = ROLE_KINDS.map((kind) => connectionOf(workspace, mine.folder, kind));
  await withPostgres(db, async (sql) => {
    for (const role of ROLE_KINDS) await rotatePassword({ sql, db, workspace }, { project: mine.project, role });
  });
  const secondLogins = ROLE_KINDS.map((kind) => connectionOf(workspace, mine.folder, kind));
  return { logins: [...firstLogins, ...secondLogins], field: { mine, theirs, largeObject } };
}

/** Two schemas in a database as Postgres sets it up, with these owners. */
async function byHand(db: PostgresqlValue, owners: string[]) {
  const [mine, theirs] = HAND;
  const as = (role: string) => ({ ...db, user: role, password: "hand" });
  await withPostgres(db, async (sql) => {
    await sql.query("create table public.shared (id int); create schema run8n; create table run8n.operation (id int)");
    for (const owner of new Set(owners)) await sql.query(`create role ${owner} login password 'hand'`);
    for (const [at, { schema }] of HAND.entries())
      await sql.query(`create schema ${schema} authorization ${owners[at]}`);
  });
  for (const [at, { schema }] of HAND.entries()) {
    await withPostgres(as(owners[at]!), (sql) => sql.query(`set search_path = ${schema}; ${SECRET}`));
  }
  await withPostgres(db, (sql) => sql.query(`alter role ${owners[0]} set search_path = ${mine.schema}`));
  return { login: as(owners[0]!), field: { mine, theirs, largeObject: await largeObjectOf(as(owners[1]!)) } };
}

const largeObjectOf = (owner: PostgresqlValue): Promise<string> =>
  withPostgres(owner, async (sql) => (await sql.query("select lo_from_bytea(0, 'kept')::text as id")).rows[0].id);
