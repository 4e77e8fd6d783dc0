import { describe, expect, it } from "vitest";
import { demoWorkspace } from "./demo.ts";

const demo = demoWorkspace();
const NOBODY = "0190b5d4-0000-7000-8000-000000000000";

describe("a verb of the CLI that the engine does not serve says so in one line:", () => {
  it.each([
    "app list",
    "group list",
    "audit list",
    "workers",
    "trash list",
    "datatable list",
    "ducklake list",
    "pipeline list",
    "object-storage list",
    "instance get-config",
    `job restart ${NOBODY} --step a`,
    "schedule set-permissioned-as f/demo/nightly ada@example.com",
    "workspace connect-slack --bot-token x --team-id y --team-name z",
  ])("%s", async (command) => {
    const { code, output } = await demo.wmill(...command.split(" "));
    const lines = output.split("\n").filter((line) => line.includes("the local engine does not serve"));
    expect(lines, output).toHaveLength(1);
    expect(lines[0]).toMatch(/Not found: the local engine does not serve (GET|POST) \/api\/\S+$/);
    expect(code).not.toBe(0);
  });
});
