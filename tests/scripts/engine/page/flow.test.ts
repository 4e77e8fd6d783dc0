import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faintTexts } from "../../../support/contrast.ts";
import { eventually, type Visit, visit } from "./browser.ts";

const raw = (id: string, content = "export const main = () => 1;", more: Record<string, unknown> = {}) => ({
  id,
  value: { type: "rawscript", language: "bun", content, input_transforms: {} },
  ...more,
});
const FAILS = "export function main() { throw new Error('the disk is full') }";
const js = (expr: string) => ({ type: "javascript", expr });
const suspend = { required_events: 1 };

const FLOWS = {
  fails: {
    modules: [
      raw("first"),
      {
        id: "choose",
        value: {
          type: "branchone",
          branches: [
            { summary: "yes", expr: "true", modules: [raw("taken"), raw("thanked")] },
            { summary: "no", expr: "false", modules: [raw("left")] },
          ],
          default: [],
        },
      },
      {
        id: "each",
        summary: "Each customer",
        value: { type: "forloopflow", iterator: js("[1, 2, 3]"), modules: [raw("mail"), raw("note")] },
      },
      { id: "all", value: { type: "branchall", branches: [{ modules: [raw("one")] }, { modules: [raw("two")] }] } },
      raw("broken", FAILS, { retry: { constant: { attempts: 1, seconds: 0 } } }),
      raw("after"),
    ],
    failure_module: raw("failure", "export const main = () => 'cleaned up';"),
  },
  asks: {
    modules: [
      raw("prepare", undefined, {
        suspend: {
          ...suspend,
          resume_form: { schema: { properties: { comment: { type: "string" } }, required: ["comment"] } },
        },
      }),
      {
        id: "publish",
        value: {
          type: "rawscript",
          language: "bun",
          content: "export function main(said: unknown) { return said }",
          input_transforms: { said: js("resume") },
        },
      },
    ],
  },
  asks_last: { modules: [raw("only", undefined, { suspend })] },
};

let here: Visit;
beforeAll(async () => {
  here = await visit();
  for (const [name, value] of Object.entries(FLOWS))
    await here.engine.create("flows", { path: `f/test/${name}`, summary: name, description: "", value, schema: {} });
});
afterAll(() => here?.close());

const chip = (page: Page) => page.locator(".title-row .chip");
const stateOf = async (page: Page, step: string) =>
  /is-(\w+)/.exec((await page.locator(`.graph [data-step="${step}"]`).getAttribute("class")) ?? "")?.[1];

describe("a flow's graph", () => {
  it("shows the steps before there is a run", async () => {
    const { page, complaints } = await here.open("#/flows/f/test/fails");
    await page.locator(".graph").waitFor();
    const steps = await page
      .locator(".graph .of-step, .graph .of-group")
      .evaluateAll((all) => all.map((one) => one.getAttribute("data-step")));
    expect(steps).toEqual([
      "first",
      "choose",
      "taken",
      "thanked",
      "left",
      "each",
      "mail",
      "note",
      "all",
      "one",
      "two",
      "broken",
      "after",
      "failure",
    ]);
    expect(await page.locator(".graph .label").last().textContent()).toContain("When a step fails");
    expect(complaints).toEqual([]);
  });

  it("shows where each step stands when one has failed, in branches and loops too", async () => {
    const { page, complaints } = await here.open(`#/runs/${await here.start("f", "f/test/fails")}`);
    await eventually(() => chip(page).textContent()).toBe("failed");
    const expected = {
      ...{ first: "succeeded", choose: "succeeded", taken: "succeeded", thanked: "succeeded", left: "skipped" },
      ...{
        each: "succeeded",
        mail: "succeeded",
        note: "succeeded",
        all: "succeeded",
        one: "succeeded",
        two: "succeeded",
      },
      ...{ broken: "failed", after: "skipped", failure: "succeeded" },
    };
    for (const [step, state] of Object.entries(expected))
      await eventually(async () => [step, await stateOf(page, step)]).toEqual([step, state]);
    expect(await page.locator('[data-step="each"] .iteration').count()).toBe(3);
    expect(await page.locator('[data-step="broken"]').textContent()).toContain("failed · 1 retry");
    expect(await page.evaluate(faintTexts)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("leads to a step's job, which leads back", async () => {
    const { page } = await here.open(`#/runs/${await here.start("f", "f/test/fails")}`);
    await eventually(() => stateOf(page, "broken")).toBe("failed");
    const flow = page.url();
    await page.getByRole("link", { name: "broken, failed. Open its run" }).press("Enter");
    await eventually(() => page.locator(".error-message").textContent()).toBe("the disk is full");
    await page.getByRole("link", { name: "its flow" }).click();
    await eventually(() => page.url()).toBe(flow);
    await page.locator('[data-step="each"] a.iteration').nth(1).click();
    await eventually(() => stateOf(page, "mail")).toBe("succeeded");
  });
});

describe("a flow that waits for an approval", () => {
  it("goes on with what was filled in", async () => {
    const { page, complaints } = await here.open(`#/runs/${await here.start("f", "f/test/asks")}`);
    await eventually(() => chip(page).textContent()).toBe("waiting for approval");
    await eventually(() => stateOf(page, "publish")).toBe("approval");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("This is required.").waitFor();
    await page.getByLabel("comment").fill("looks good");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await eventually(() => chip(page).textContent()).toBe("succeeded");
    expect(await page.locator(".json").first().textContent()).toContain("looks good");
    await eventually(() => stateOf(page, "publish")).toBe("succeeded");
    expect(await page.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it.each(["asks", "asks_last"])("ends when it is disapproved: %s", async (name) => {
    const { page, complaints } = await here.open(`#/runs/${await here.start("f", `f/test/${name}`)}`);
    await eventually(() => stateOf(page, name === "asks" ? "publish" : "only")).toBe("approval");
    await page.getByRole("button", { name: "Disapprove" }).click();
    await eventually(() => chip(page).textContent()).toBe("failed");
    await page.getByText("SuspendedDisapproved").first().waitFor();
    expect(complaints).toEqual([]);
  });
});
