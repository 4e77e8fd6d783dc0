import { describe, expect, it } from "vitest";
import { textFields } from "../../../../f/lib/gate/fields.ts";

const read = textFields({ email: 20, name: 5 });

describe("textFields", () => {
  it.each([
    [
      { email: " a@b.co ", name: "Zoë" },
      { email: "a@b.co", name: "Zoë" },
    ],
    [{ email: "a@b.co" }, { email: "a@b.co" }],
    [{ email: "", name: "   " }, {}],
    [{}, {}],
  ])("reads %j", (body, fields) => {
    expect(read(body)).toEqual(fields);
  });

  it.each([
    ["too long", { name: "s3cret" }],
    ["a number", { name: 1 }],
    ["null", { name: null }],
    ["a list", { name: ["s3cret"] }],
    ["an object", { name: { toString: "s3cret" } }],
    ["an unknown field", { name: "Zoë", s3cret: "s3cret" }],
    ["a field that every object has", { toString: "s3cret" }],
  ])("refuses %s without repeating it", (_, body) => {
    let failure: { code?: string; message?: string; hint?: string } = {};
    try {
      read(body);
    } catch (error) {
      failure = error as typeof failure;
    }
    expect(failure.code).toBe("invalid_input");
    expect(`${failure.message} ${failure.hint}`).not.toContain("s3cret");
  });
});
