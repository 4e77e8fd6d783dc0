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

  const nightly = { name: "nightly", cron: "0 0 3 * * *", script: "send_digest" };
  it.each<[what: string, schedule: object]>([
    ["more often than once a minute", { ...nightly, cron: "*/5 * * * * *" }],
    ["at a time without seconds", { ...nightly, cron: "0 3 * * *" }],
    ["by clocks that there are nowhere", { ...nightly, timezone: "SECRET/Town" }],
    ["a script and a verb", { ...nightly, verb: "check_drift" }],
    ["nothing", { ...nightly, script: undefined }],
    ["a script of somebody else's", { ...nightly, script: "../SECRET/run" }],
    ["a verb that projects may not schedule", { ...nightly, script: undefined, verb: "run_query" }],
    ["with a secret of the operator's", { ...nightly, args: { to: "$var:f/infra/SECRET" } }],
    ["with one that is hidden deep", { ...nightly, args: { a: [{ b: "$res:f/infra/SECRET" }] } }],
    ["a verb for another project", { ...nightly, script: undefined, verb: "check_drift", args: { project: "SECRET" } }],
    [
      "a verb on another server",
      { ...nightly, script: undefined, verb: "check_drift", args: { db: { host: "SECRET" } } },
    ],
  ])("schedules nothing %s", (_, schedule) => {
    const { message, details } = failureOf({ ...shop, schedules: [schedule] });
    expect(details.problems).toEqual([expect.stringMatching(/^schedules\.0/)]);
    expect(message).not.toContain("SECRET");
  });

  it("gives every schedule a name of its own", () => {
    expect(failureOf({ ...shop, schedules: [nightly, nightly] }).message).toContain("each name once");
  });

  it("names a key that it does not know, and every wrong place at once", () => {
    const { details } = failureOf({ ...shop, name: "S", sites: 1 });
    expect(details.problems.join()).toMatch(/name.*sites/s);
  });

  it("refuses a name that belongs to a service", () => {
    expect(failureOf({ ...shop, name: "postgres" }).message).toContain("reserved");
  });
});
