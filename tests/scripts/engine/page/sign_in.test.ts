import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type Visit, visit } from "./browser.ts";

let here: Visit;
beforeAll(async () => {
  here = await visit();
});
afterAll(() => here?.close());

describe("signing in", () => {
  it("takes a pasted token and keeps it for the tab", async () => {
    const { page, complaints } = await here.tab();
    await page.goto(here.engine.url);
    await page.getByLabel("Token").fill(` ${here.engine.token} `);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("takes a token from the address and removes it there, keeping the place", async () => {
    const { page, complaints } = await here.open("#/runs?status=failed");
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    expect(page.url()).toBe(`${here.engine.url}/#/runs?status=failed`);
    expect(complaints).toEqual([]);
  });

  it("says that a token is refused, and asks for another one", async () => {
    const { page } = await here.tab();
    await page.goto(`${here.engine.url}/?token=wrong`);
    await eventually(() => page.getByRole("alert").textContent()).toContain("The engine refused this token");
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await page.getByLabel("Token").fill(here.engine.token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Runs" }).waitFor();
  });

  it("forgets the token when somebody signs out", async () => {
    const { page } = await here.open();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token").waitFor();
    await page.reload();
    await page.getByLabel("Token").waitFor();
  });
});

describe("the engine's addresses", () => {
  const get = (path: string, init?: RequestInit) => fetch(here.engine.url + path, init);

  it("answer the page under a policy that allows nothing but its own files, in no frame", async () => {
    const answer = await get("/");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const policy = answer.headers.get("content-security-policy")?.split("; ");
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "trusted-types 'none'",
      ]),
    );
    expect(policy?.join()).not.toContain("unsafe");
    expect(await answer.text()).not.toMatch(/<style|style=|<script(?! type="module" src="\/page\/)|\son\w+=/);
  });

  it("say that a file has not changed", async () => {
    const etag = (await get("/page/main.js")).headers.get("etag") as string;
    expect((await get("/page/main.js", { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it.each([
    ["GET", "/api/nothing"],
    ["GET", "/api/w/windmill_automations/nothing"],
    ["GET", "/page/"],
    ["GET", "/page/nothing.js"],
    ["GET", "/page/..%2fserve.ts"],
    ["GET", "/page/../serve.ts"],
    ["GET", "/runs"],
    ["POST", "/"],
    ["DELETE", "/page/main.js"],
  ])("answer %s %s with text", async (method, path) => {
    const answer = await get(path, { method });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/plain; charset=utf-8"]);
    expect(await answer.text()).toMatch(/^Not found: the local engine does not serve/);
  });
});
