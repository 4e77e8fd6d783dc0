import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { identifier, literal } from "../../../../f/lib/postgres/quote.ts";
import { testDatabase } from "../../../support/database.ts";

const db = testDatabase();

const HOSTILE = [
  "plain",
  "select",
  "Upper Case",
  'a"b',
  "a'b",
  '"; drop schema public; --',
  "'; drop schema public; --",
  "\\",
  "\\'",
  "a\\\\'b",
  "line\nbreak",
  "$1",
  "$$",
  "%s",
  "ünïcode 🦊",
  "/* */",
];

describe("identifier", () => {
  it.each(HOSTILE)("names exactly %j", async (name) => {
    const { rows } = await withPostgres(db, (sql) => sql.query(`select 1 as ${identifier(name)}`));
    expect(Object.keys(rows[0])).toEqual([name]);
  });

  it.each([
    ["empty", ""],
    ["with NUL", "a\0b"],
    ["that Postgres would cut off", "x".repeat(64)],
    ["long in bytes", "ü".repeat(32)],
  ])("refuses a name %s", (_what, name) =>
    expect(() => identifier(name)).toThrow(expect.objectContaining({ code: "invalid_input" })),
  );
});

describe("literal", () => {
  it.each(["", ...HOSTILE])("says exactly %j, whatever strings may contain", async (text) => {
    await withPostgres(db, async (sql) => {
      for (const setting of ["on", "off"]) {
        await sql.query(`set standard_conforming_strings = ${setting}; set escape_string_warning = off`);
        expect((await sql.query(`select ${literal(text)} as text`)).rows).toEqual([{ text }]);
      }
    });
  });

  it("refuses NUL, which Postgres cannot hold", () => {
    expect(() => literal("a\0b")).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});
