import { expect, it } from "vitest";
import { scopesOf } from "../../../../f/lib/access/scopes.ts";

it("keeps each verb once, in one order", () => {
  expect(scopesOf(["rollback_site", "deploy_site", "rollback_site"])).toEqual(["deploy_site", "rollback_site"]);
});

it.each([[[]], [["deploy_site", "drop_everything"]], ["deploy_site"], [null], [["constructor"]], [["$var:f/infra/x"]]])(
  "refuses %j and lists what there is",
  (value) => {
    expect(() => scopesOf(value)).toThrow(
      expect.objectContaining({ code: "invalid_input", hint: expect.stringContaining("deploy_site") }),
    );
  },
);
