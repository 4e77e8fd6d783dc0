import { beforeAll, describe, expect, it } from "vitest";
import { acceptInvite } from "../../../../f/lib/accounts/accept.ts";
import { ensureAccounts } from "../../../../f/lib/accounts/ensure.ts";
import { inviteMember } from "../../../../f/lib/accounts/invite.ts";
import { joinProject } from "../../../../f/lib/accounts/join.ts";
import { listMembers } from "../../../../f/lib/accounts/list_members.ts";
import type { Role } from "../../../../f/lib/accounts/members.ts";
import { readSession } from "../../../../f/lib/accounts/session.ts";
import { ConflictError, UpstreamError } from "../../../../f/lib/errors.ts";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../../../../f/lib/resources.ts";
import { addMember, addOwner } from "../../../support/accounts.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";
import { newUser, type TokenUser } from "../../../support/tokens.ts";

const db = testDatabase();
const [project, closed] = [uniqueProject(), uniqueProject()];
let apps: Record<string, PostgresqlValue>;
beforeAll(() =>
  withPostgres(db, async (sql) => {
    apps = {};
    for (const [name, signUp] of [[project, "open"] as const, [closed, "invited"] as const]) {
      apps[name] = (await projectSchema(sql, db, name)).app;
      await ensureAccounts(sql, { project: name, signUp });
    }
  }),
);

const verified = (user: TokenUser) => ({ ...user, sessionId: user.id, issuedAt: new Date().toISOString() });
/** As the app role, which is what routes are. */
const inApp = <T>(work: (sql: Sql) => Promise<T>, of = project): Promise<T> => withPostgres(apps[of]!, work);
const join = (user: TokenUser, more: { name?: string; organization?: string } = {}, of = project, confirmed = true) =>
  inApp((sql) => {
    const refused = () => Promise.reject(new ConflictError("not confirmed", { hint: "Confirm." }));
    const requireConfirmedAddresses = confirmed ? async () => {} : refused;
    return joinProject({ sql, requireConfirmedAddresses }, { project: of, who: verified(user), ...more });
  }, of);
const owner = (of = project) => withPostgres(db, (sql) => addOwner(sql, of));
const sent: string[] = [];
const invite = (organization: string, by: { id: string; role: Role }, email: string, role?: string, of = project) =>
  inApp(
    (sql) =>
      inviteMember(
        { sql, redis: async () => [0], mail: async (to) => void sent.push(to) },
        { project: of, organization, by, email, ...(role ? { role } : {}) },
      ),
    of,
  );
const accept = (user: TokenUser, id: string, of = project) =>
  inApp((sql) => acceptInvite(sql, { project: of, who: verified(user), invite: id }), of);
const session = (user: TokenUser, of = project) => inApp((sql) => readSession(sql, of, verified(user)), of);
const members = (organization: string, role: Role = "owner") =>
  inApp((sql) => listMembers(sql, { project, organization, role }));

describe("joining a project", () => {
  it("makes an account and an organization of its own, once", async () => {
    const ada = newUser("Ada");
    const joined = await join(ada, { name: "Ada L.", organization: "Engines" });
    expect(joined).toEqual({ user: ada.id, organization: expect.any(String), status: "created" });
    expect(await join(ada)).toEqual({ user: ada.id, organization: null, status: "unchanged" });
    expect(await session(ada)).toMatchObject({
      account: { name: "Ada L." },
      organizations: [{ organization: joined.organization, name: "Engines", role: "owner" }],
    });
  });

  it("makes one account and one organization for five that call at once", async () => {
    const ada = newUser();
    const all = await Promise.all(Array.from({ length: 5 }, () => join(ada)));
    expect(all.filter(({ status }) => status === "created")).toHaveLength(1);
    expect((await session(ada)).organizations).toHaveLength(1);
  });

  it("follows a change of address", async () => {
    const ada = newUser();
    await join(ada);
    await join({ ...ada, email: `new-${ada.email}` });
    const { rows } = await withPostgres(db, (sql) =>
      sql.query(`select email from ${project}.account where user_id = $1`, [ada.id]),
    );
    expect(rows).toEqual([{ email: `new-${ada.email}` }]);
  });

  it("is for invited addresses only where the project says so, and only where addresses are confirmed", async () => {
    const { user, organization } = await owner(closed);
    const guest = newUser("guest");
    await expect(join(guest, {}, closed)).rejects.toMatchObject({ status: 403 });
    await invite(organization, { id: user.id, role: "owner" }, guest.email, "member", closed);
    await expect(join(guest, {}, closed, false)).rejects.toMatchObject({ status: 409 });
    expect(await join(guest, { organization: "Mine" }, closed)).toMatchObject({
      organization: null,
      status: "created",
    });
  });
});

describe("inviting and accepting", () => {
  it("makes the owner of the address a member, in the role and the organization of the invitation", async () => {
    const { user, organization } = await owner();
    const guest = newUser("guest");
    const invited = await invite(organization, { id: user.id, role: "owner" }, guest.email.toUpperCase(), "admin");
    expect(invited).toMatchObject({ organization, role: "admin", status: "invited" });
    expect((await session(guest)).invites).toMatchObject([
      { id: invited.id, organization, name: "Acme", role: "admin" },
    ]);
    expect(await accept(guest, invited.id)).toEqual({ organization, role: "admin", status: "created" });
    expect(await accept(guest, invited.id)).toEqual({ organization, role: "admin", status: "unchanged" });
    expect(await session(guest)).toMatchObject({ invites: [], organizations: [{ organization, role: "admin" }] });
  });

  it("makes no second organization for who was invited, unless they name one", async () => {
    const { user, organization } = await owner();
    const [one, two] = [newUser(), newUser()];
    for (const { email } of [one, two]) await invite(organization, { id: user.id, role: "owner" }, email);
    expect(await join(one)).toMatchObject({ organization: null, status: "created" });
    expect(await join(two, { organization: "Mine" })).toMatchObject({ organization: expect.any(String) });
  });

  it("is the same invitation when it is sent again, with the new role", async () => {
    const { user, organization } = await owner();
    const by = { id: user.id, role: "owner" as const };
    const { email } = newUser();
    const [first, second] = [await invite(organization, by, email), await invite(organization, by, email, "owner")];
    expect(second).toMatchObject({ id: first.id, role: "owner" });
    expect(sent.filter((to) => to === email)).toHaveLength(2);
    expect((await members(organization)).items.map(({ status, role }) => [status, role])).toEqual([
      ["joined", "owner"],
      ["invited", "owner"],
    ]);
    expect((await members(organization, "member")).items).toHaveLength(1);
  });

  it("keeps the invitation when the mail fails, so that another try is the same one", async () => {
    const { user, organization } = await owner();
    const { email } = newUser();
    const mail = () => Promise.reject(new UpstreamError("no mail", { hint: "Wait." }));
    const failing = inApp((sql) =>
      inviteMember(
        { sql, redis: async () => [0], mail },
        { project, organization, by: { id: user.id, role: "owner" }, email },
      ),
    );
    await expect(failing).rejects.toMatchObject({ code: "upstream_failed" });
    expect((await members(organization)).items.filter(({ status }) => status === "invited")).toHaveLength(1);
  });

  it.each<[Role, string, number]>([
    ["admin", "owner", 403],
    ["admin", "root", 400],
    ["owner", "", 200],
    ["admin", "admin", 200],
  ])("%s may give %s: %i", async (role, given, status) => {
    const { organization } = await owner();
    const by = await withPostgres(db, (sql) => addMember(sql, project, { organization, role }));
    const outcome = await invite(organization, { id: by.id, role }, newUser().email, given).catch((error) => error);
    expect(outcome.status).toBe(status === 200 ? "invited" : status);
  });

  it("refuses who is a member already, and a full organization", async () => {
    const { user, organization } = await owner();
    const by = { id: user.id, role: "owner" as const };
    await expect(invite(organization, by, user.email)).rejects.toMatchObject({ status: 409 });
    await withPostgres(db, (sql) =>
      sql.query(
        `insert into ${project}.organization_invite (organization_id, email, email_key, role, expires_at)
           select $1, n || '@x.co', n || '@x.co', 'member', now() + interval '1 day' from generate_series(1, 498) n`,
        [organization],
      ),
    );
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => invite(organization, by, newUser().email)));
    expect(outcomes.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  });

  it("is nobody else's: not by another address, another project, an old invitation or a made-up one", async () => {
    const { user, organization } = await owner();
    const guest = newUser();
    const { id } = await invite(organization, { id: user.id, role: "owner" }, guest.email);
    const none = { status: 404, message: "There is no such invitation for the signed-in user" };
    await expect(accept(newUser(), id)).rejects.toMatchObject(none);
    await expect(accept(guest, id, closed)).rejects.toMatchObject(none);
    for (const made of [newUser().id, "", "' or true --", "$var:f/x/y"])
      await expect(accept(guest, made)).rejects.toMatchObject(none);
    await withPostgres(db, (sql) =>
      sql.query(`update ${project}.organization_invite set expires_at = now() where id = $1`, [id]),
    );
    await expect(accept(guest, id)).rejects.toMatchObject(none);
  });

  it("does not bring back who was removed, and takes no role away", async () => {
    const { user, organization } = await owner();
    const guest = newUser();
    const by = { id: user.id, role: "owner" as const };
    const { id } = await invite(organization, by, guest.email, "member");
    const all = await Promise.all([1, 2, 3].map(() => accept(guest, id)));
    expect(all.filter(({ status }) => status === "created")).toHaveLength(1);
    await withPostgres(db, (sql) =>
      sql.query(`delete from ${project}.organization_member where user_id = $1`, [guest.id]),
    );
    await expect(accept(guest, id)).rejects.toMatchObject({ status: 404 });
    const again = await invite(organization, by, guest.email, "member");
    await withPostgres(db, (sql) => addMember(sql, project, { organization, role: "admin", user: guest }));
    expect(await accept(guest, again.id)).toEqual({ organization, role: "admin", status: "unchanged" });
  });
});
