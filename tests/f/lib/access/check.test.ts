import { describe, expect, it } from "vitest";
import { checkKey, keyOf } from "../../../../f/lib/access/check.ts";
import { ensureAccess } from "../../../../f/lib/access/ensure.ts";
import { listAccess } from "../../../../f/lib/access/list.ts";
import { revokeAccess } from "../../../../f/lib/access/revoke.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();

/** A project with a key for one verb. */
async function keyed() {
  const { project } = await provisionedProject(db);
  const access = await withPostgres(db, (sql) =>
    ensureAccess(sql, { project, name: "claude", verbs: ["deploy_site"] }),
  );
  return { project, key: access.key as string, id: access.id };
}
const check = (asked: { key: string | undefined; project: string }, verb = "deploy_site") =>
  withPostgres(db, (sql) => checkKey(sql, { ...asked, verb: verb as "deploy_site" }));

describe("checkKey", () => {
  it("lets a key do its verb, and notes when", async () => {
    const { project, key, id } = await keyed();
    expect(await check({ key, project })).toMatchObject({ id, project, environment: "production", name: "claude" });
    const { items } = await withPostgres(db, (sql) => listAccess(sql, { project }));
    expect(Date.parse(items[0]?.lastUsedAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
  });

  it("says nothing of the hash to whoever it lets in", async () => {
    const { project, key } = await keyed();
    expect(Object.keys(await check({ key, project }))).not.toContain("hash");
  });

  it("refuses a key that was taken back, at once", async () => {
    const { project, key } = await keyed();
    const revoke = () => withPostgres(db, (sql) => revokeAccess(sql, { project, name: "claude" }));
    expect(await revoke()).toMatchObject({ status: "deleted" });
    await expect(check({ key, project })).rejects.toMatchObject({ status: 401, message: /revoked/ });
    expect(await revoke()).toMatchObject({ status: "absent" });
  });

  it("refuses an expired key", async () => {
    const { project, key, id } = await keyed();
    await withPostgres(db, (sql) =>
      sql.query("update run8n.access_key set expires_at = now() - interval '1 second' where id = $1", [id]),
    );
    await expect(check({ key, project })).rejects.toMatchObject({ status: 401, message: /expired/ });
  });

  it("refuses the neighbour's project and every verb it was not made for", async () => {
    const [mine, neighbour] = [await keyed(), await keyed()];
    await expect(check({ key: mine.key, project: neighbour.project })).rejects.toMatchObject({ status: 403 });
    await expect(check(mine, "rollback_site")).rejects.toMatchObject({ status: 403 });
  });

  it("takes no id with another secret, and tells as little as of a key that never was", async () => {
    const [mine, other] = [await keyed(), await keyed()];
    const forged = `${mine.key.slice(0, 21)}${other.key.slice(21)}`;
    const never = `r8n_${"0".repeat(16)}_${"0".repeat(48)}`;
    const told = await Promise.all(
      [forged, never].map((key) => check({ ...mine, key }).catch(({ message, status }) => ({ message, status }))),
    );
    expect(told[0]).toEqual({ message: "The access key is not known", status: 401 });
    expect(told[1]).toEqual(told[0]);
  });

  it.each([undefined, "", "r8n_", "$var:f/infra/key", "' or true --"])("refuses %j as no key", async (key) => {
    await expect(check({ key, project: "shop" })).rejects.toMatchObject({ status: 401 });
  });
});

describe("keyOf", () => {
  const bearer = `Bearer r8n_${"a".repeat(16)}_${"b".repeat(48)}`;
  it.each([
    [bearer, bearer.slice(7)],
    [bearer.slice(7), undefined],
    [`bearer ${bearer.slice(7)}`, undefined],
    ["Basic r8n_aa_bb", undefined],
    [["Bearer r8n_a_b"], undefined],
    [undefined, undefined],
  ])("reads %j as %j", (authorization, key) => {
    expect(keyOf({ headers: { authorization } })).toBe(key);
  });
});
