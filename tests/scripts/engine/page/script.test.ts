import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type Visit, visit } from "./browser.ts";

const schema = {
  type: "object",
  order: ["name", "times", "tone", "loud", "when", "db", "options", "tags", "ratio"],
  required: ["name", "db"],
  properties: {
    ratio: { type: "number", minimum: 0 },
    name: { type: "string", description: "Whom to greet." },
    times: { type: "integer", default: 2, maximum: 9 },
    tone: { type: "string", enum: ["warm", "cool"], default: "cool" },
    loud: { type: "boolean", default: false },
    when: { type: "string", format: "date-time" },
    db: { type: "object", format: "resource-postgresql", default: "$res:f/test/main_db" },
    options: { type: "object" },
    tags: { type: "array", default: ["a"] },
  },
};
const ECHO = `export async function main(name: string, times: number, tone: string, loud: boolean, when: Date, db: object, options: object, tags: string[], ratio: number) {
  console.log("first line");
  const go = Date.now() + 20_000;
  while (name === "wait" && Date.now() < go) await Bun.sleep(20);
  return { name, times, tone, loud, when, db, options, tags, ratio };
}`;
const FAIL = `export function main() { throw Object.assign(new Error("The project is not there"), { name: "NotFound", hint: "Create it first.", code: "project_missing" }); }`;
const COUNT = `export async function main() { for (let n = 1; n <= 4; n++) { console.log("line " + n); await Bun.sleep(400); } return "done"; }`;

let here: Visit;
beforeAll(async () => {
  here = await visit();
  await here.engine.deploy("f/test/greet", ECHO, { summary: "Greets somebody", description: "With care.", schema });
  await here.engine.deploy("f/test/fail", FAIL);
  await here.engine.deploy("f/test/count", COUNT);
  await here.engine.deploy("f/other/far/away", "export const main = () => 0;");
  for (const [path, type] of [
    ["main_db", "postgresql"],
    ["other_db", "postgresql"],
    ["cache", "redis"],
  ])
    await here.engine.create("resources", { path: `f/test/${path}`, resource_type: type, value: { host: path } });
});
afterAll(() => here?.close());

const result = (page: Page) => page.locator("section", { has: page.getByRole("heading", { name: "Result" }) });
const chip = (page: Page) => page.locator(".title-row .chip");

describe("a script's page", () => {
  it("asks for what the schema says, runs it and shows the result", async () => {
    const { page, complaints } = await here.open("#/scripts/f/test/greet");
    await page.getByText("Greets somebody").first().waitFor();
    await page.getByText("With care.").waitFor();
    expect(await page.locator(".field label").allTextContents()).toEqual(schema.order);
    expect(await page.locator(".field", { hasText: "required" }).locator("label").allTextContents()).toEqual(
      schema.required,
    );
    await page.getByText("Whom to greet.").waitFor();
    await eventually(() => page.getByLabel("db", { exact: true }).locator("option").allTextContents()).toEqual([
      "Choose …",
      "Another value …",
      "f/test/main_db",
      "f/test/other_db",
    ]);
    await page.getByLabel("name", { exact: true }).fill("Ada");
    await page.getByLabel("loud", { exact: true }).check();
    await page.getByLabel("when", { exact: true }).fill("2026-03-01T12:30");
    await page.getByLabel("options", { exact: true }).fill('{ "deep": [1, null] }');
    await page.getByLabel("ratio", { exact: true }).fill("0.5");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await eventually(() => chip(page).textContent()).toBe("succeeded");
    expect(JSON.parse((await result(page).locator("pre").textContent()) as string)).toEqual({
      name: "Ada",
      times: 2,
      tone: "cool",
      loud: true,
      when: new Date("2026-03-01T12:30").toISOString(),
      db: { host: "main_db" },
      options: { deep: [1, null] },
      tags: ["a"],
      ratio: 0.5,
    });
    await page.getByRole("log").getByText("first line").waitFor();
    expect(complaints).toEqual([]);
  });

  it("says beside each field what is wrong with it, and runs nothing", async () => {
    const { page } = await here.open("#/scripts/f/test/greet");
    const wrong: [string, string, string][] = [
      ["times", "1.5", "This must be a whole number."],
      ["options", "[1]", "This must be an object"],
      ["tags", "[1", "This is not JSON"],
      ["ratio", "-1", "This must be at least 0."],
    ];
    for (const [name, text] of wrong) await page.getByLabel(name, { exact: true }).fill(text);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    for (const [name, , message] of [...wrong, ["name", "", "This is required."]] as const) {
      const field = page.getByLabel(name, { exact: true });
      expect(await field.getAttribute("aria-invalid")).toBe("true");
      expect(await page.locator(".field", { has: field }).locator(".field-error").textContent()).toContain(message);
    }
    expect(await page.evaluate(() => document.activeElement?.id)).toMatch(/-name$/);
    expect(page.url()).toContain("#/scripts/");
  });

  it("gives a command that does the same from a shell", async () => {
    const { page } = await here.open("#/scripts/f/test/greet");
    await page.getByLabel("name", { exact: true }).fill("O'Neil $HOME `x`");
    await page.getByLabel("db", { exact: true }).selectOption("f/test/other_db");
    const command = (await page.locator(".command").textContent()) as string;
    const env = { PATH: process.env.PATH, WM_TOKEN: here.engine.token };
    const { stdout } = await promisify(execFile)("sh", ["-c", command], { env });
    expect(JSON.parse(stdout)).toMatchObject({ name: "O'Neil $HOME `x`", times: 2, db: { host: "other_db" } });
  });

  it("runs again with what a run was given", async () => {
    const args = { name: "Grace", tone: "warm", times: 3, db: { host: "mine" }, tags: ["x", "y"] };
    const id = await here.start("p", "f/test/greet", args);
    const { page } = await here.open(`#/runs/${id}`);
    await page.getByRole("link", { name: "Run again" }).click();
    await eventually(() => page.getByLabel("name", { exact: true }).inputValue()).toBe("Grace");
    expect(JSON.parse(await page.getByLabel("Value as JSON").inputValue())).toEqual(args.db);
    await page.keyboard.press("Control+Enter");
    await page.getByLabel("name", { exact: true }).press("Control+Enter");
    await page.waitForURL(/#\/runs\/(?!.*from)/);
    await eventually(async () => (await here.job(page.url().split("/").at(-1) as string)).args).toMatchObject(args);
  });

  it("is found by searching, without a mouse", async () => {
    const { page } = await here.open();
    await page.getByRole("link", { name: "greet" }).first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("far away");
    await eventually(() => page.locator("#side a").allTextContents()).toEqual(["away"]);
    expect(await page.locator("#side summary").first().textContent()).toBe("other / far1");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "away" }).waitFor();
  });
});

describe("a run's page", () => {
  it("shows the log line by line while it runs", async () => {
    const { page, complaints } = await here.open("#/scripts/f/test/count");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("log").getByText("line 1").waitFor();
    expect(await page.getByRole("log").textContent()).not.toContain("line 4");
    expect(await chip(page).textContent()).toBe("running");
    await page.getByRole("log").getByText("line 4").waitFor();
    await eventually(() => chip(page).textContent()).toBe("succeeded");
    expect((await page.getByRole("log").textContent())?.match(/line \d/g)).toEqual([
      "line 1",
      "line 2",
      "line 3",
      "line 4",
    ]);
    expect(complaints).toEqual([]);
  });

  it("says what went wrong and what to do", async () => {
    const { page } = await here.open(`#/runs/${await here.start("p", "f/test/fail")}`);
    await eventually(() => chip(page).textContent()).toBe("failed");
    expect(await page.locator(".error-name").textContent()).toBe("NotFound");
    expect(await page.locator(".error-message").textContent()).toBe("The project is not there");
    expect(await page.locator(".error-hint").textContent()).toContain("Create it first.");
    await result(page).getByText("project_missing").waitFor();
  });

  it("cancels", async () => {
    const id = await here.start("p", "f/test/greet", { name: "wait" });
    const { page } = await here.open(`#/runs/${id}`);
    await page.getByRole("button", { name: "Cancel" }).click();
    await eventually(() => chip(page).textContent()).toBe("canceled");
    await page.getByText("admin: canceled on the page").waitFor();
    expect(await page.getByRole("button", { name: "Cancel" }).count()).toBe(0);
  });

  it("says that there is no such run", async () => {
    const { page } = await here.open("#/runs/0199a000-0000-4000-8000-000000000000");
    await eventually(() => page.getByRole("alert").textContent()).toContain("Job not found");
  });
});
