import { describe, expect, it } from "vitest";
import { statementsOf } from "../../../../../f/lib/postgres/migrations/statements.ts";

const skeletons = (script: string) => statementsOf(script).map(({ skeleton }) => skeleton.replace(/\s+/g, " "));

describe("statementsOf", () => {
  it.each<[string, string, string[]]>([
    ["nothing", "", []],
    ["only comments and semicolons", "-- a; b\n;; /* c; */ ;", []],
    ["two, the last without an end", "select 1; select 2", ["select 1", "select 2"]],
    ["a text", "select 'a;''b;' ; x", ["select ''", "x"]],
    ["a text with escapes", String.raw`select e'a\';b', E'\\'; x`, ["select '', ''", "x"]],
    ["a word that ends in e before a text", "select date'a\\'; x", ["select date''", "x"]],
    ["a name", 'drop table "a;""b;"; x', ['drop table "a;""b;"', "x"]],
    ["a body in dollars", "do $$ a; b; $$; do $body$ $$;$$ $body$; x", ["do $$", "do $$", "x"]],
    ["a name with dollars", "select a$b$ ; select $1; x", ["select a$b$", "select $1", "x"]],
    ["comments", "a -- ';\n b; /* ; /* nested; */ ; ' */ c;", ["a b", "c"]],
    ["a comment without an end", "a; /* b; c", ["a"]],
    ["a text without an end", "a; 'b; c", ["a", "''"]],
    [
      "a body of statements",
      "create function f() returns int begin atomic select case when true then 1 end; select 2; end; x",
      ["create function f() returns int begin atomic select case when true then 1 end; select 2; end", "x"],
    ],
    ["letters of other alphabets", "create table ü (ß int); 日本", ["create table ü (ß int)", "日本"]],
    ["Windows line ends", "a;\r\nb;\r\n", ["a", "b"]],
  ])("finds the statements in %s", (_what, script, expected) => {
    expect(skeletons(script)).toEqual(expected);
  });

  it("says where each begins", () => {
    const script = "-- first\nselect 1;\nselect 2;";
    expect(statementsOf(script).map(({ start }) => script.slice(start).split(";")[0])).toEqual([
      "-- first\nselect 1",
      "\nselect 2",
    ]);
  });

  it("takes scripts of megabytes in no time", () => {
    const text = `insert into t values ('${"x''".repeat(300_000)}');\n`;
    expect(statementsOf(text.repeat(3) + "/*".repeat(100_000))).toHaveLength(3);
  });
});
