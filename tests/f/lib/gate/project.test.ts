import { describe, expect, it } from "vitest";
import { originOf, pathParameters, projectSettings } from "../../../../f/lib/gate/project.ts";
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

describe("pathParameters", () => {
  const ROUTE = "apps/:project/organizations/:organization/members";
  const at = (path: unknown) => pathParameters({ path, ...{ params: { organization: "s3cret" } } }, ROUTE);

  it("reads the names of a route from the path, whatever the parameters say", () => {
    const found = { project: "shop", organization: "a-1_B" };
    expect(at("ws/apps/shop/organizations/a-1_B/members")).toEqual(found);
    expect(at("/apps/shop/organizations/a-1_B/members/")).toEqual(found);
  });

  it.each([
    "ws/apps/shop/organizations//members",
    "ws/apps/shop/organizations/a/b/members",
    "ws/apps/shop/organizations/$var:f/x/y/members",
    "ws/apps/shop/organizations/a%2fb/members",
    "ws/apps/shop/organizations/a b/members",
    `ws/apps/shop/organizations/${"a".repeat(65)}/members`,
    "ws/apps/public/organizations/a/members",
    "ws/apps/shop/organizations/a/members/more",
    undefined,
    { path: "ws/apps/shop/organizations/a/members" },
  ])("finds nothing at %j", (path) => {
    expect(() => at(path)).toThrow("There is no such project here");
  });
});

describe("originOf", () => {
  const settings = { name: "shop", origins: ["https://shop.example.com", "https://*.customers.example"] };
  const origin = (sent: string | undefined) =>
    originOf({ headers: sent === undefined ? {} : { origin: sent } }, settings);

  it.each([
    [undefined, ""],
    ["https://shop.example.com", "https://shop.example.com"],
    ["https://one.customers.example", ""],
  ])("lets %s in, and gives it %j", (sent, expected) => expect(origin(sent)).toBe(expected));

  it.each([
    "https://*.customers.example",
    "https://customers.example",
    "https://a.b.customers.example",
    "http://one.customers.example",
    "https://one.customers.example.evil.test",
    "https://evil.test/.customers.example",
    "https://one.customers.example:8443",
    "null",
  ])("refuses %s", (sent) => {
    expect(() => origin(sent)).toThrow(expect.objectContaining({ code: "forbidden" }));
  });
});
