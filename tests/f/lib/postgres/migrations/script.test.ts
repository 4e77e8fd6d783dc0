import { describe, expect, it } from "vitest";
import { isChecksumOf, scriptsOf as scriptsIn } from "../../../../../f/lib/postgres/migrations/script.ts";

const scriptsOf = (migrations: unknown) => scriptsIn(migrations, "my_shop");
const one = (name: unknown, sql: unknown = "select 1") => [{ name, sql }];

describe("scriptsOf", () => {
  it("takes migrations as Prisma names them, with the SHA-256 of the file", () => {
    expect(scriptsOf([{ name: "20250101120000_init", sql: "" }])).toMatchObject([
      { checksum: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", statements: [] },
    ]);
  });

  it.each<[string, unknown]>([
    ["no list", "select 1"],
    ["nothing at all", null],
    ["an entry that is none", [null]],
    ["no name", one(undefined)],
    ["an empty name", one("")],
    ["a way out", one("../../etc")],
    ["a name with a slash", one("a/b")],
    ["a name with a quote", one("a'b")],
    ["white space", one("a b")],
    ["a long name", one("a".repeat(256))],
    ["no sql", one("a", undefined).map(({ name }) => ({ name }))],
    ["sql that is no text", one("a", { $res: 1 })],
    ["NUL", one("a", "select '\0'")],
    ["two of one name", [...one("a"), ...one("a")]],
    ["another order than by name", [...one("b"), ...one("a")]],
    ["more than there may be", Array.from({ length: 2001 }, (_, at) => ({ name: `${10_000 + at}`, sql: "" }))],
    ["a script that commits half-way", one("a", "select 1; commit; select 2")],
    ["a script that rolls back", one("a", "rollback")],
    ["a script that opens a second transaction", one("a", "select 1; start transaction; select 2; commit")],
    ["a script that prepares its transaction", one("a", "prepare transaction 'x'")],
  ])("refuses %s", (_what, migrations) => {
    expect(() => scriptsOf(migrations)).toThrow(expect.objectContaining({ code: "invalid_input", status: 400 }));
  });

  it("never repeats what it refuses", () => {
    for (const migrations of [one("hunter2 hunter2"), one("$var:f/hunter2"), one("a", ["hunter2"])])
      expect(() => scriptsOf(migrations)).toThrow(
        expect.not.objectContaining({ message: expect.stringMatching(/hunter2/) }),
      );
  });

  it("refuses more bytes than there may be", () => {
    const sql = `-- ${"x".repeat(9_000_000)}`;
    expect(() => scriptsOf([...one("a", sql), ...one("b", sql)])).toThrow(expect.objectContaining({ status: 413 }));
  });

  it("allows savepoints, and a transaction around the whole, which it leaves out with the positions kept", () => {
    expect(scriptsOf(one("a", "savepoint s; rollback to s; rollback work to savepoint s; release s"))).toHaveLength(1);
    const [script] = scriptsOf(one("a", "begin;\nselect 1;\nselect 2;\ncommit;\n"));
    expect(script!.body.trimEnd()).toBe("      \nselect 1;\nselect 2;");
    expect(script!.statements).toHaveLength(2);
  });

  it.each([
    ['create schema if not exists "public"', 0],
    ["CREATE SCHEMA IF NOT EXISTS my_shop", 0],
    ["create schema if not exists other", 1],
    ["create schema public", 1],
    ['create schema if not exists "public" authorization x', 1],
  ])("leaves %s to itself: %i statements run", (statement, count) => {
    const [script] = scriptsOf(one("a", `-- CreateSchema\n${statement};\n\nselect 1;`));
    expect(script!.statements).toHaveLength(count + 1);
    expect(script!.body.split("\n")).toHaveLength(4);
    expect(script!.body.includes("chema")).toBe(count === 1);
  });
});

describe("isChecksumOf", () => {
  it.each([
    ["a;\nb;\n", "a;\nb;\n", true],
    ["a;\nb;\n", "a;\r\nb;\r\n", true],
    ["a;\r\nb;\r\n", "a;\nb;\n", true],
    ["a;\nb;\n", "a;\nb;\n\n", false],
    ["a;\nb;\n", "a; b;", false],
  ])("of %j for %j: %s", (recorded, sent, same) => {
    const [script] = scriptsOf(one("a", recorded));
    expect(isChecksumOf(script!.checksum, { name: "a", sql: sent })).toBe(same);
  });
});
