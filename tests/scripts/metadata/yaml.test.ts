import { expect, it } from "vitest";
import { pulledYaml } from "../../../scripts/metadata/yaml.ts";

it("writes keys, quotes and folds as a pull does", () => {
  const description = `${"word ".repeat(20)}@ the end: here`;
  expect(
    pulledYaml({ value: { modules: [] }, schema: {}, zoo: "$x", lock: "!inline x", description, summary: "" }),
  ).toBe(`summary: ''
description: 'word word word word word word word word word word word word word
  word word word word word word word @ the end: here'
value:
  modules: []
lock: '!inline x'
schema: {}
zoo: $x
`);
});
