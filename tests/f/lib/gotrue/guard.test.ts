import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureAccounts } from "../../../../f/lib/accounts/ensure.ts";
import type { Role } from "../../../../f/lib/accounts/members.ts";
import { type GuardPorts, member, signedIn, user } from "../../../../f/lib/gotrue/guard.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { addAccount, addMember, addOwner } from "../../../support/accounts.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";
import { newUser, type TokenUser, tokenIssuer } from "../../../support/tokens.ts";

const db = testDatabase();
const [project, other] = [uniqueProject(), uniqueProject()];
let issuer: Awaited<ReturnType<typeof tokenIssuer>>;

beforeAll(async () => {
  issuer = await tokenIssuer();
  await withPostgres(db, async (sql) => {
    for (const name of [project, other]) {
      await projectSchema(sql, db, name);
      await ensureAccounts(sql, { project: name, signUp: "open" });
    }
  });
});
afterAll(() => issuer.stop());

const ports: GuardPorts = { rules: async () => issuer.resource(), connect: (_, work) => withPostgres(db, work) };
const asked = async (who: TokenUser, input: object = {}, of = project) => ({
  project: of,
  authorization: `Bearer ${await issuer.token(who)}`,
  input,
});
const owner = (of = project) => withPostgres(db, (sql) => addOwner(sql, of));
const joined = (organization: string, role: Role, who?: TokenUser) =>
  withPostgres(db, (sql) => addMember(sql, project, { organization, role, ...(who ? { user: who } : {}) }));

describe("who may call", () => {
  it("signedIn: everyone whom GoTrue signed in, by id, address and session", async () => {
    const who = newUser();
    expect(await signedIn(ports)(await asked(who))).toEqual({
      ...who,
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      issuedAt: expect.any(String),
    });
  });

  it.each<[string, string | undefined]>([
    ["nothing", undefined],
    ["an empty header", ""],
    ["another scheme", "Basic YTpi"],
    ["a token without its scheme", "a.b.c"],
    ["two tokens", "Bearer a.b.c d.e.f"],
    ["a reference", "$var:f/infra/gotrue_service_key"],
  ])("signedIn: refuses %s without asking for keys", async (_, authorization) => {
    const before = issuer.published.asked;
    await expect(signedIn(ports)({ project, authorization, input: {} })).rejects.toMatchObject({ status: 401 });
    expect(issuer.published.asked).toBe(before);
  });

  it("user: someone with an account here, and nobody from another project", async () => {
    const who = await withPostgres(db, (sql) => addAccount(sql, project));
    expect(await user(ports)(await asked(who))).toMatchObject(who);
    await expect(user(ports)(await asked(who, {}, other))).rejects.toMatchObject({ status: 403, code: "forbidden" });
  });

  it("member: with the organization and the role found in the database, not in the token", async () => {
    const { user: who, organization } = await owner();
    expect(await member("owner", ports)(await asked(who, { organization }))).toMatchObject({
      ...who,
      organization,
      role: "owner",
    });
    expect(await member("member", ports)(await asked(who))).toMatchObject({ organization, role: "owner" });
  });

  it.each<[Role, Role, boolean]>([
    ["owner", "owner", true],
    ["owner", "admin", true],
    ["owner", "member", true],
    ["admin", "owner", false],
    ["admin", "admin", true],
    ["admin", "member", true],
    ["member", "owner", false],
    ["member", "admin", false],
    ["member", "member", true],
  ])("member: %s where %s is needed: %s", async (has, needed, allowed) => {
    const { organization } = await owner();
    const who = await joined(organization, has);
    const answer = member(needed, ports)(await asked(who, { organization }));
    if (allowed) expect(await answer).toMatchObject({ id: who.id, organization, role: has });
    else await expect(answer).rejects.toMatchObject({ status: 403 });
  });

  it("member: refuses the organization of others, one of another project, one that is none, all alike", async () => {
    const { user: who } = await owner();
    const [foreign, elsewhere] = [await owner(), await owner(other)];
    const messages = new Set<string>();
    for (const organization of [foreign.organization, elsewhere.organization, newUser().id, "' or true --", ""]) {
      const refusal = await member("member", ports)(await asked(who, { organization })).catch((error) => error);
      expect(refusal).toMatchObject({ status: 403 });
      messages.add(refusal.message);
    }
    expect(messages.size).toBe(1);
  });

  it("member: asks which of several organizations is meant", async () => {
    const { user: who, organization } = await owner();
    const second = await owner();
    await joined(second.organization, "member", who);
    await expect(member("member", ports)(await asked(who))).rejects.toMatchObject({
      status: 400,
      code: "invalid_input",
    });
    expect(await member("owner", ports)(await asked(who, { organization }))).toMatchObject({ organization });
  });

  it("member: no longer, once removed, though the token is still good", async () => {
    const { user: who, organization } = await owner();
    const request = await asked(who, { organization });
    await member("owner", ports)(request);
    await withPostgres(db, (sql) =>
      sql.query(`delete from ${project}.organization_member where user_id = $1`, [who.id]),
    );
    await expect(member("member", ports)(request)).rejects.toMatchObject({ status: 403 });
  });
});
