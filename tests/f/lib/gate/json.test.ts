import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../f/lib/errors.ts";
import { parseJsonObject } from "../../../../f/lib/gate/json.ts";

describe("parseJsonObject", () => {
  it.each([
    '{"a":"b","c":{"a":1,"d":[{"a":null},{"a":true}]}}',
    '{"text":"{\\"a\\":1,\\"a\\":2}"}',
    '{"quote\\"d":":","back\\\\":"}"}',
    ' {\n"a" : "x: {y}" }\n',
    '{"a":[1,2],"b":[]}',
    "{}",
  ])("reads %s", (text) => {
    expect(parseJsonObject(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ["no JSON", "s3cret"],
    ["half of it", '{"s3cret":'],
    ["a list", '["s3cret"]'],
    ["a text", '"s3cret"'],
    ["null", "null"],
    ["nothing", ""],
    ["a key twice", '{"s3cret":1,"s3cret":2}'],
    ["a key twice, spelt in two ways", '{"s3cret":1,"s3cre\\u0074":2}'],
    ["a key twice, further down", '{"a":[{"s3cret":1,"s3cret":2}]}'],
    ["__proto__", '{"__proto__":{"s3cret":1}}'],
    ["an escaped __proto__", '{"a":{"\\u005f_proto__":{"s3cret":1}}}'],
    ["constructor", '{"constructor":{"prototype":{"s3cret":1}}}'],
    ["a key that Windmill may replace", '{"$var":"s3cret"}'],
    ["17 levels", `${'{"a":'.repeat(17)}"s3cret"${"}".repeat(17)}`],
    ["many thousand levels", `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
  ])("refuses %s and repeats nothing of it", (_, text) => {
    let failure: unknown;
    try {
      parseJsonObject(text);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(InvalidInputError);
    const { message, hint, cause } = failure as InvalidInputError;
    expect(JSON.stringify({ message, hint, cause })).not.toContain("s3cret");
  });
});
