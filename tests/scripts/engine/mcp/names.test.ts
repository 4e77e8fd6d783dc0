import { describe, expect, it } from "vitest";
import { firstBytes, parseToolName, toolName } from "../../../../scripts/engine/mcp/names.ts";

describe("a tool's name", () => {
  it.each([
    ["script", "u/admin/script", "s-u_admin_script"],
    ["flow", "f/folder/flow", "f-f_folder_flow"],
    ["script", "f/x/my_script", "s-f_x_my__script"],
    ["script", "f/a__b/_c_", "s-f_a____b___c__"],
    ["script", `f/${"x".repeat(36)}`, `s-f_${"x".repeat(36)}`],
  ] as const)("of the %s %s is %s, and back", (kind, path, name) => {
    expect(toolName(kind, path)).toBe(name);
    expect(name.length).toBeLessThanOrEqual(40);
  });

  it.each([
    ["script", "f/infra/postgres/list_schemas"],
    ["flow", "f/a_b/c__d/e"],
    ["script", "u/admin/x"],
  ] as const)("leads back to the %s %s", (kind, path) => {
    expect(parseToolName(toolName(kind, path))).toEqual({ kind, path });
  });

  it("that would be longer ends with a hash of the whole, and does not say its path", () => {
    const path = "f/infra/projects/apply_project_with_everything";
    // The first 16 digits of `printf %s s-f_infra_projects_apply__project__with__everything | sha256sum`.
    expect(toolName("script", path)).toBe("S-f_infra_projects_applye6d26a7581ff21ba");
    expect(toolName("script", `${path}_too`)).not.toBe(toolName("script", path));
    expect(parseToolName(toolName("flow", path))).toEqual({ kind: "flow", path: undefined });
  });

  it("counts bytes, and cuts no letter in two", () => {
    const name = toolName("script", `f/${"é".repeat(30)}`);
    expect(name).toMatch(/^S-f_é{10}[0-9a-f]{16}$/);
    expect(firstBytes("aé", 2)).toBe("a");
    expect(firstBytes("aé", 3)).toBe("aé");
  });

  it.each(["", "x-f_a_b", "createVariable", "hs-12-slack", "s_f_a"])("is not %s", (name) => {
    expect(parseToolName(name)).toBeUndefined();
  });
});
