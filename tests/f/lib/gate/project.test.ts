import { describe, expect, it } from "vitest";
import { projectSettings } from "../../../../f/lib/gate/project.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

describe("projectSettings", () => {
  it("reads the project's resource", async () => {
    const workspace = memoryWorkspace();
    const value = { name: "my-shop", origins: ["https://my-shop.example.com"] };
    await workspace.setResource("f/project_my_shop/project", "run8n_project", value);
    expect(await projectSettings(workspace, "my-shop")).toEqual(value);
  });

  it("knows nothing of a project without one", async () => {
    expect(await projectSettings(memoryWorkspace(), "my-shop")).toBeUndefined();
  });

  it("does not take a resource without origins for one that allows any", async () => {
    const workspace = memoryWorkspace();
    await workspace.setResource("f/project_my_shop/project", "run8n_project", { name: "my-shop" });
    await expect(projectSettings(workspace, "my-shop")).rejects.toMatchObject({ code: "upstream_failed" });
  });
});
