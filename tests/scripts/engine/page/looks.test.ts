import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { faintTexts } from "../../../support/contrast.ts";
import { type Visit, visit } from "./browser.ts";

let here: Visit;
let places: Record<string, string>;
beforeAll(async () => {
  here = await visit();
  const script = "f/infra/postgres/drop_schema";
  const flow = "f/infra/projects/apply_project";
  const { lock: _lock, ...meta } = parse(readFileSync(`${script}.script.yaml`, "utf8")) as Record<string, unknown>;
  await here.engine.deploy(script, readFileSync(`${script}.ts`, "utf8"), meta);
  await here.engine.create("flows", { ...parse(readFileSync(`${flow}__flow/flow.yaml`, "utf8")), path: flow });
  await here.engine.deploy("f/test/fails", "export function main() { console.log('x'); throw new Error('no') }");
  const failed = await here.start("p", "f/test/fails", { some: ["argument", 1, null] });
  const waiting = await here.start("f", flow, { name: "shop" });
  places = {
    "a script": `#/scripts/${script}`,
    "a flow": `#/flows/${flow}`,
    "a failed run": `#/runs/${failed}`,
    "a run of a flow": `#/runs/${waiting}`,
    "the runs": "#/runs?steps=yes",
  };
});
afterAll(() => here?.close());

describe("the page", () => {
  it("fits every width in light and dark, and everything on it can be read", async () => {
    const { page, complaints } = await here.open("#/runs");
    for (const [name, place] of Object.entries(places)) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, place);
      await page.locator("#view h1").waitFor();
      await page.locator("#view .loading").waitFor({ state: "detached" });
      for (const width of [320, 768, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(width);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate(faintTexts), `${name}, ${width} pixels, ${colorScheme}`).toEqual([]);
        }
      }
    }
    expect(complaints).toEqual([]);
  });

  it("gives every field and button a name", async () => {
    const { page } = await here.open();
    for (const place of Object.values(places)) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, place);
      await page.locator("#view h1").waitFor();
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLInputElement>("input, select, textarea, button, a")]
          .filter((one) => !one.textContent?.trim() && !one.getAttribute("aria-label") && !one.labels?.length)
          .map((one) => one.outerHTML),
      );
      expect(nameless).toEqual([]);
    }
  });
});
