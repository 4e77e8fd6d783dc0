import { describe, expect, it } from "vitest";
import { manifestOf } from "../../../../f/lib/projects/manifest.ts";

const shop = { name: "shop", template: "static" };
const failureOf = (value: unknown) => {
  try {
    manifestOf(value);
  } catch (error) {
    return error as { message: string; details: { problems: string[] } };
  }
  throw new Error("was accepted");
};

describe("manifestOf", () => {
  it("fills in what is left out", () => {
    expect(manifestOf(shop)).toMatchObject({ ...shop, site: "site" });
  });

  it.each([
    [{ ...shop, name: "SECRET" }, "name"],
    [{ ...shop, template: "../SECRET" }, "template"],
    [{ ...shop, site: "/SECRET" }, "site"],
    [{ ...shop, site: { deep: "SECRET" } }, "site"],
    ["SECRET", "the whole"],
    [null, "the whole"],
  ])("names the wrong place of %j and does not repeat it", (value, place) => {
    const { message, details } = failureOf(value);
    expect(details.problems).toEqual([expect.stringContaining(`${place}: `)]);
    expect(message).not.toContain("SECRET");
  });

  it("names a key that it does not know, and every wrong place at once", () => {
    const { details } = failureOf({ ...shop, name: "S", sites: 1 });
    expect(details.problems.join()).toMatch(/name.*sites/s);
  });

  it("refuses a name that belongs to a service", () => {
    expect(failureOf({ ...shop, name: "postgres" }).message).toContain("reserved");
  });
});
