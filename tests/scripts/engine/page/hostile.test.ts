import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type Visit, visit } from "./browser.ts";

const MARKUP = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const BREAKOUT = `"><svg onload=alert(1)>' onfocus='alert(1)' javascript:alert(1) {{7*7}} </pre></script>`;
const HOSTILE = `${MARKUP}${BREAKOUT}`;
const code = JSON.stringify(HOSTILE);

let here: Visit;
beforeAll(async () => {
  here = await visit();
  const schema = {
    type: "object",
    required: [HOSTILE],
    properties: {
      [HOSTILE]: { type: "string", description: HOSTILE, default: HOSTILE, format: HOSTILE },
      pick: { type: "string", enum: [HOSTILE], default: HOSTILE },
      pattern: { type: "string", pattern: "(((", default: "x" },
      db: { type: "object", format: "resource-postgresql", default: `$res:${HOSTILE}` },
      odd: { type: "string", default: { not: "a string" } },
    },
  };
  const texts = { summary: HOSTILE, description: HOSTILE };
  await here.engine.deploy(
    "f/test/hostile",
    `console.log(${code}); export const main = () => ({ [${code}]: ${code} });`,
    {
      ...texts,
      schema,
    },
  );
  await here.engine.deploy(
    "f/test/fails",
    `export function main() { throw Object.assign(new Error(${code}), { name: ${code}, hint: ${code}, code: ${code} }); }`,
    texts,
  );
  await here.engine.create("flows", {
    path: "f/test/flow",
    ...texts,
    schema: {},
    value: {
      modules: [
        {
          id: "a",
          summary: HOSTILE,
          value: { type: "branchone", branches: [{ summary: HOSTILE, expr: "true", modules: [] }], default: [] },
        },
      ],
    },
  });
});
afterAll(() => here?.close());

/** What would be there had any of it been taken for markup, and that it was shown as the text it is. */
async function harmless(page: Page, complaints: string[]): Promise<void> {
  await eventually(async () => (await page.textContent("#view"))?.includes(HOSTILE)).toBe(true);
  const found = await page.evaluate(() => ({
    images: document.querySelectorAll("img:not([src='/page/icon.svg'])").length,
    scripts: document.querySelectorAll("script:not([src='/page/main.js'])").length,
    handlers: document.querySelectorAll("[onerror], [onload], [onfocus]").length,
    links: [...document.querySelectorAll("[href]")].filter(
      (one) => !/^(#\/|\/page\/)/.test(one.getAttribute("href") ?? ""),
    ).length,
    title: document.title.includes("owned"),
  }));
  expect(found).toEqual({ images: 0, scripts: 0, handlers: 0, links: 0, title: false });
  expect(complaints).toEqual([]);
}

describe("markup that comes from scripts", () => {
  it("is text in the list, in summaries, descriptions and forms", async () => {
    const { page, complaints } = await here.open("#/scripts/f/test/hostile");
    await page.getByRole("heading", { name: "hostile" }).waitFor();
    expect(await page.getByLabel(HOSTILE, { exact: true }).first().inputValue()).toBe(HOSTILE);
    await harmless(page, complaints);
  });

  it("is text in arguments, logs and results", async () => {
    const id = await here.start("p", "f/test/hostile", { [HOSTILE]: HOSTILE });
    const { page, complaints } = await here.open(`#/runs/${id}`);
    await page.getByRole("log").getByText("onerror").waitFor();
    await page.locator(".chip.is-succeeded").waitFor();
    expect(JSON.parse((await page.locator(".json").first().textContent()) as string)).toEqual({ [HOSTILE]: HOSTILE });
    await harmless(page, complaints);
  });

  it("is text in errors", async () => {
    const { page, complaints } = await here.open(`#/runs/${await here.start("p", "f/test/fails")}`);
    await eventually(() => page.locator(".error-message").textContent()).toBe(HOSTILE);
    expect(await page.locator(".error-name").textContent()).toBe(HOSTILE);
    expect(await page.locator(".error-hint").textContent()).toContain(HOSTILE);
    await harmless(page, complaints);
  });

  it("is text in graphs", async () => {
    const { page, complaints } = await here.open("#/flows/f/test/flow");
    await page.locator(".graph").waitFor();
    await harmless(page, complaints);
  });

  it("is text in addresses", async () => {
    const { page, complaints } = await here.open(
      `#/runs?path=${encodeURIComponent(HOSTILE)}&status=constructor&page=-1`,
    );
    await page.getByText("No run is like this.").waitFor();
    expect(await page.getByLabel("Filter by path").inputValue()).toBe(HOSTILE);
    expect(complaints).toEqual([]);
  });

  it("could not become markup even by mistake", async () => {
    const { page } = await here.open();
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    const refused = await page.evaluate((markup) => {
      try {
        document.body.innerHTML = markup;
        return "taken";
      } catch (error) {
        return (error as Error).name;
      }
    }, MARKUP);
    expect(refused).toBe("TypeError");
  });

  it("that a script answers as a page of its own cannot read the token of the engine's page", async () => {
    await here.engine.deploy(
      "f/test/answers_html",
      `export function main() {
        const steal = "try { document.title = sessionStorage.getItem('run8n-engine-token') } catch (e) { document.title = e.name + ' ' + self.origin }";
        return { windmill_content_type: "text/html", result: "<script>" + steal + "</script>" };
      }`,
    );
    const { page } = await here.open();
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    const { url, workspace, token } = here.engine;
    await page.goto(`${url}/api/w/${workspace}/jobs/run_wait_result/p/f/test/answers_html?token=${token}`);
    await eventually(() => page.title()).toBe("SecurityError null");
  });
});
