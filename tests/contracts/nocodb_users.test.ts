import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { type Nocodb, openNocodb, path, signIn } from "../../f/lib/nocodb/client.ts";
import { twoTables } from "../support/nocodb_tables.ts";

/** What we rely on of NocoDB's users and their tokens; against the stand-in and the real one, as nocodb.test.ts. */
const { nocodb, world, records, refused } = twoTables();

type Member = { id: string; email: string; roles: string | null };
const email = `t${randomBytes(5).toString("hex")}@nocodb.invalid`;
const password = "Passw0rd.of-a-user";
const users = () => path`/api/v2/meta/bases/${world.base.id}/users`;
const member = async (): Promise<Member | undefined> =>
  (await nocodb.api.get<{ users: { list: Member[] } }>(users())).users.list.find((one) => one.email === email);
const idOf = async () => (await member())?.id ?? "";
let token = "";
const asUser = (): Nocodb => openNocodb({ ...nocodb.value, token });

const found = async (): Promise<Member | undefined> => {
  const admin = await nocodb.api.asAdmin();
  const { list } = await admin.get<{ list: Member[] }>("/api/v1/users", { query: email, limit: 100 });
  return list.find((one) => one.email === email);
};

afterAll(async () => {
  const admin = await nocodb.api.asAdmin();
  await admin.delete(path`/api/v1/users/${(await found())?.id ?? ""}`);
});

describe("users", () => {
  it("are invited into a base", async () => {
    expect((await member())?.roles ?? null).toBeNull();
    await nocodb.api.post(users(), { email, roles: "editor" });
    expect(await member()).toMatchObject({ email, roles: "editor" });
  });

  it("get a password by a word that only a super admin is told, good for one time", async () => {
    await expect(nocodb.api.post(path`/api/v1/users/${await idOf()}/generate-reset-url`, {})).rejects.toThrow();
    const admin = await nocodb.api.asAdmin();
    const at = path`/api/v1/users/${await idOf()}/generate-reset-url`;
    const { reset_password_token: word } = await admin.post<{ reset_password_token: string }>(at, {});
    await nocodb.api.post(path`/api/v2/auth/password/reset/${word}`, { password });
    const again = nocodb.api.post(path`/api/v2/auth/password/reset/${word}`, { password });
    await expect(again).rejects.toThrow(/reset\/… answered 400/);
    await refused(nocodb.api.post(path`/api/v2/auth/password/reset/nope`, { password }), 400);
  });

  it("make tokens that are theirs, and outlive another password", async () => {
    const session = await signIn({ ...nocodb.value, email, password });
    token = (await session.post<{ token: string }>("/api/v1/tokens", { description: "d" })).token;
    expect(await asUser().get("/api/v2/auth/user/me")).toMatchObject({ email });
    const admin = await nocodb.api.asAdmin();
    await admin.post(path`/api/v1/users/${await idOf()}/generate-reset-url`, {});
    expect(await asUser().get("/api/v2/auth/user/me")).toMatchObject({ email });
  });

  it("who are editors change records and neither tables nor webhooks, and invite nobody to more than that", async () => {
    const made = await asUser().post<{ Id: number }>(records(world.orders), { What: "a" });
    expect(made.Id).toBeGreaterThan(0);
    const table = path`/api/v2/meta/tables/${world.orders.id}`;
    const calls = [
      () => asUser().post(`${table}/columns`, { title: "X", column_name: "x", uidt: "Number" }),
      () => asUser().delete(table),
      () => asUser().get(`${table}/hooks`),
      () => asUser().post(users(), { email: "other@nocodb.invalid", roles: "creator" }),
      () => asUser().get("/api/v1/users"),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ details: { status: expect.toBeOneOf([400, 401, 403]) } });
  });

  it("who are viewers only read, and others see nothing", async () => {
    const admin = await nocodb.api.asAdmin();
    await admin.patch(`${users()}/${await idOf()}`, { email, roles: "viewer" });
    expect(await asUser().get(records(world.orders))).toMatchObject({ list: [{ What: "a" }] });
    await expect(asUser().post(records(world.orders), { What: "b" })).rejects.toMatchObject({
      details: { status: 403 },
    });
    await admin.delete(`${users()}/${await idOf()}`);
    await expect(asUser().get(records(world.orders))).rejects.toMatchObject({ details: { status: 403 } });
    expect(await asUser().get("/api/v2/meta/bases")).toMatchObject({ list: [] });
  });

  it("lose their tokens when they are deleted, and may be invited again", async () => {
    const admin = await nocodb.api.asAdmin();
    await admin.post(users(), { email, roles: "viewer" });
    expect(await asUser().get("/api/v2/auth/user/me")).toMatchObject({ email });
    await admin.delete(path`/api/v1/users/${(await found())?.id ?? ""}`);
    expect(await found()).toBeUndefined();
    const me = await asUser()
      .get<{ email?: string }>("/api/v2/auth/user/me")
      .catch(() => undefined);
    expect(me?.email).toBeUndefined();
    await expect(asUser().get(records(world.orders))).rejects.toThrow();
    await nocodb.api.post(users(), { email, roles: "viewer" });
    expect(await member()).toMatchObject({ email, roles: "viewer" });
    await expect(asUser().get(records(world.orders))).rejects.toThrow();
  });
});
