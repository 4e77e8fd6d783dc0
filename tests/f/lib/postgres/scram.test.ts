import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { newPassword, scramVerifier, verifies } from "../../../../f/lib/postgres/scram.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";

const db = testDatabase();

describe("scramVerifier", () => {
  it("computes what the standard's own example says", async () => {
    // RFC 7677: user "user", password "pencil", this salt and iteration count; the keys follow from its signatures.
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    expect(await scramVerifier("pencil", salt, 4096)).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("lets a role log in with the password, and recognises what Postgres computed itself", async () => {
    const [role, password] = [uniqueProject(), newPassword()];
    await withPostgres(db, async (sql) => {
      await sql.query(`create role ${role} login password '${await scramVerifier(password)}'`);
      await withPostgres({ ...db, user: role, password }, (as) => as.query("select 1"));
      await sql.query(`alter role ${role} password '${password}'`);
      const { rows } = await sql.query("select rolpassword from pg_authid where rolname = $1", [role]);
      expect(await verifies(rows[0].rolpassword, password)).toBe(true);
      expect(await verifies(rows[0].rolpassword, `${password}x`)).toBe(false);
    });
  });

  it("salts each verifier anew", async () => {
    expect(await scramVerifier("same")).not.toBe(await scramVerifier("same"));
  });
});

describe("verifies", () => {
  it.each([
    null,
    undefined,
    "",
    "md5a1b2",
    "SCRAM-SHA-256$4096",
    "SCRAM-SHA-256$x:salt$a:b",
    "SCRAM-SHA-256$4096:AA==$a:b",
  ])("knows that %j is not of the password", async (verifier) =>
    expect(await verifies(verifier, "password")).toBe(false),
  );
});

describe("newPassword", () => {
  it("is 32 random bytes that need no escaping", () => {
    expect(newPassword()).toMatch(/^[\w-]{43}$/);
    expect(newPassword()).not.toBe(newPassword());
  });
});
