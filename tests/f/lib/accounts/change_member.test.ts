import { beforeAll, describe, expect, it } from "vitest";
import { deleteMember, updateMember } from "../../../../f/lib/accounts/change_member.ts";
import { ensureAccounts } from "../../../../f/lib/accounts/ensure.ts";
import type { Role } from "../../../../f/lib/accounts/members.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../../../../f/lib/resources.ts";
import { addMember, addOwner } from "../../../support/accounts.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";
import { newUser } from "../../../support/tokens.ts";

const db = testDatabase();
const project = uniqueProject();
let app: PostgresqlValue;
beforeAll(() =>
  withPostgres(db, async (sql) => {
    ({ app } = await projectSchema(sql, db, project));
    await ensureAccounts(sql, { project, signUp: "open" });
  }),
);

/** An organization with one owner and one of each other role. */
const team = () =>
  withPostgres(db, async (sql) => {
    const { user: owner, organization } = await addOwner(sql, project);
    const admin = await addMember(sql, project, { organization, role: "admin" });
    const member = await addMember(sql, project, { organization, role: "member" });
    return { organization, owner, admin, member };
  });
type Team = Awaited<ReturnType<typeof team>>;
const update = ({ organization }: Team, by: { id: string }, user: { id: string }, role?: string) =>
  withPostgres(app, (sql) =>
    updateMember(sql, { project, organization, user: user.id, by, ...(role ? { role } : {}) }),
  );
const remove = ({ organization }: Team, by: { id: string }, user: { id: string }) =>
  withPostgres(app, (sql) => deleteMember(sql, { project, organization, user: user.id, by }));
const rolesIn = async ({ organization }: Team): Promise<Role[]> =>
  (
    await withPostgres(db, (sql) =>
      sql.query(`select role from ${project}.organization_member where organization_id = $1`, [organization]),
    )
  ).rows.map(({ role }) => role);

type Who = "owner" | "admin" | "member";
describe("the roles of members", () => {
  it.each<[by: Who, whose: Who, role: string, outcome: string | number]>([
    ["owner", "member", "admin", "updated"],
    ["owner", "member", "owner", "updated"],
    ["owner", "admin", "admin", "unchanged"],
    ["admin", "member", "admin", "updated"],
    ["admin", "admin", "member", "updated"],
    ["admin", "member", "owner", 403],
    ["admin", "owner", "member", 403],
    ["member", "member", "admin", 403],
    ["owner", "owner", "member", 409],
    ["owner", "member", "root", 400],
  ])("%s makes %s %s: %s", async (by, whose, role, outcome) => {
    const people = await team();
    const answer = await update(people, people[by], people[whose], role).catch((error) => error);
    expect(answer.status).toBe(outcome);
    expect((await rolesIn(people)).filter((one) => one === "owner").length).toBeGreaterThan(0);
  });

  it("are of members only, and are changed by members only", async () => {
    const people = await team();
    await expect(update(people, people.owner, newUser(), "admin")).rejects.toMatchObject({ code: "not_found" });
    await expect(update(people, newUser(), people.member, "admin")).rejects.toMatchObject({ code: "forbidden" });
    await expect(update(people, people.owner, { id: "' or true --" }, "admin")).rejects.toMatchObject({ status: 404 });
  });
});

describe("leaving and being taken out", () => {
  it.each<[by: Who, whose: Who, outcome: string | number]>([
    ["member", "member", "deleted"],
    ["admin", "admin", "deleted"],
    ["admin", "member", "deleted"],
    ["owner", "admin", "deleted"],
    ["member", "admin", 403],
    ["admin", "owner", 403],
    ["owner", "owner", 409],
  ])("%s takes %s out: %s", async (by, whose, outcome) => {
    const people = await team();
    const answer = await remove(people, people[by], people[whose]).catch((error) => error);
    expect(answer.status).toBe(outcome);
    expect(await rolesIn(people)).toHaveLength(outcome === "deleted" ? 2 : 3);
  });

  it("is safe to repeat", async () => {
    const people = await team();
    await remove(people, people.owner, people.member);
    expect(await remove(people, people.owner, people.member)).toMatchObject({ status: "absent" });
  });

  it("leaves one owner when both leave at once", async () => {
    const people = await team();
    await update(people, people.owner, people.admin, "owner");
    const both = await Promise.allSettled([people.owner, people.admin].map((one) => remove(people, one, one)));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await rolesIn(people)).filter((role) => role === "owner")).toHaveLength(1);
  });

  it("counts what the caller is now, not what they were when their token was looked at", async () => {
    const people = await team();
    const late = { organization: people.organization, user: people.member.id, by: { ...people.admin, role: "owner" } };
    await update(people, people.owner, people.admin, "member");
    await expect(withPostgres(app, (sql) => deleteMember(sql, { project, ...late }))).rejects.toMatchObject({
      status: 403,
    });
  });
});
