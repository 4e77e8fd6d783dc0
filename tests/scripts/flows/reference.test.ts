import { describe, expect, it } from "vitest";
import { reference, transform } from "../../../scripts/flows/reference.ts";

type Result = { status: string; parts: { name: string }[]; "odd-name": number };
const result = reference<Result>("results.schema");

describe("transform", () => {
  it.each([
    ["a known text", "static", { type: "static", value: "static" }],
    ["a known object", { a: [1, null] }, { type: "static", value: { a: [1, null] } }],
    ["a whole result", result, { type: "javascript", expr: "results.schema" }],
    ["a field", result.status, { type: "javascript", expr: "results.schema.status" }],
    ["a deep field", result.parts[0]?.name, { type: "javascript", expr: "results.schema.parts[0].name" }],
    ["a field that is no identifier", result["odd-name"], { type: "javascript", expr: 'results.schema["odd-name"]' }],
    ["a list with a reference", ["a", result.status], { type: "javascript", expr: '["a", results.schema.status]' }],
    [
      "an object with a reference",
      { name: 'quote " it', "odd-name": result.status },
      { type: "javascript", expr: '({ name: "quote \\" it", "odd-name": results.schema.status })' },
    ],
    [
      "a list of objects",
      [{ status: result.status }, { status: "kept" }],
      { type: "javascript", expr: '[\n  { status: results.schema.status },\n  { status: "kept" },\n]' },
    ],
  ])("renders %s", (_, value, expected) => {
    expect(transform(value)).toEqual(expected);
  });
});
