import { describe, expect, it } from "vitest";
import { splitOutput, withStream } from "../../../../scripts/engine/jobs/result_stream.ts";

describe("output", () => {
  it.each([
    ["ordinary lines", "a\nb\n", { log: "a\nb\n", stream: "" }],
    ["a last line without an end", "a\nb", { log: "a\nb", stream: "" }],
    ["pieces between lines", "a\nWM_STREAM: x\nb\nWM_STREAM: y\n", { log: "a\nb\n", stream: "xy" }],
    ["line ends within a piece", "WM_STREAM: x\\ny\n", { log: "", stream: "x\ny" }],
    ["the mark in the middle of a line", "say WM_STREAM: x\n", { log: "say WM_STREAM: x\n", stream: "" }],
    ["an unfinished piece", "WM_STREAM: x\nWM_STREAM: y", { log: "", stream: "x" }],
  ])("of %s is taken apart", (_, text, expected) => {
    expect(splitOutput(text, false)).toEqual(expected);
  });

  it("of a job that has ended is complete, whether or not its last line is", () => {
    expect(splitOutput("WM_STREAM: x\nWM_STREAM: y", true)).toEqual({ log: "", stream: "xy" });
  });
});

describe("a streamed result", () => {
  it.each([
    ["nothing else", null, "abc"],
    ["an object", { a: 1 }, { a: 1, wm_stream: "abc" }],
    ["a number", 5, 5],
    ["a list", [1], [1]],
  ])("beside %s", (_, result, expected) => {
    expect(withStream(result, "abc")).toEqual(expected);
    expect(withStream(result, "")).toEqual(result);
  });
});
