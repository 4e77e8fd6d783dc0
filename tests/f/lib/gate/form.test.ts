import { describe, expect, it } from "vitest";
import { parseForm } from "../../../../f/lib/gate/form.ts";

describe("parseForm", () => {
  it.each([
    ["", {}],
    ["email=a%40b.co&name=Zo%C3%AB+M%C3%BCller", { email: "a@b.co", name: "Zoë Müller" }],
    ["a=1=2&b&c=", { a: "1=2", b: "", c: "" }],
    ["&&a=1&", { a: "1" }],
  ])("reads %j", (text, fields) => {
    expect({ ...parseForm(text) }).toEqual(fields);
  });

  it.each([
    ["bad UTF-8", "a=%ff"],
    ["half an escape", "a=%4"],
    ["a field twice", "a=1&%61=2"],
  ])("refuses %s", (_, text) => {
    expect(() => parseForm(text)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  it("keeps a field named __proto__ a field", () => {
    expect(Object.keys(parseForm("__proto__=x"))).toEqual(["__proto__"]);
  });
});
