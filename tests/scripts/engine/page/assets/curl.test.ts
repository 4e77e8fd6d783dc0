import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { curlOf } from "../../../../../scripts/engine/page/assets/curl.js";

const run = { origin: "http://127.0.0.1:1", workspace: "w", kind: "script" as const, path: "f/a/b" };

describe("the command for a shell", () => {
  it.each([
    {},
    { name: 'it\'s $HOME `date` $(date) \\ "quoted" !' },
    { text: "two\nlines\t'''", list: [1, null, { deep: "ä 🙂" }] },
  ])("sends exactly %j", (args) => {
    const printed = execFileSync("sh", ["-c", `curl() { printf '%s\\0' "$@"; }; ${curlOf({ ...run, args })}`], {
      encoding: "utf8",
    }).split("\0");
    expect(JSON.parse(printed[printed.indexOf("-d") + 1] as string)).toEqual(args);
    expect(printed.at(-2)).toBe("http://127.0.0.1:1/api/w/w/jobs/run_wait_result/p/f/a/b");
  });

  it("names no token of its own", () => {
    expect(curlOf({ ...run, kind: "flow", args: {} })).toContain('"Authorization: Bearer $WM_TOKEN"');
    expect(curlOf({ ...run, kind: "flow", args: {} })).toContain("/run_wait_result/f/f/a/b");
  });
});
