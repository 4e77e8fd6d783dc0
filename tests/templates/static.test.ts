import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newTab } from "../support/browser.ts";
import { faintTexts } from "../support/contrast.ts";
import { type SiteServer, serveSite } from "../support/site_server.ts";

const SITE = "templates/static/site";
const WIDTHS = [320, 375, 768, 1440];
const SCHEMES = ["light", "dark"] as const;

let server: SiteServer;
beforeAll(async () => {
  server = await serveSite(SITE);
});
afterAll(() => server?.close());

async function open(path = "/", options?: BrowserContextOptions) {
  const tab = await newTab(server.url, options);
  await tab.page.goto(server.url + path);
  return tab;
}

async function submit(page: Page, email: string): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Join the waitlist" }).click();
}

describe("the landing page", () => {
  it.each(SCHEMES)(
    "fits every width in %s, legible, without a complaint or a request to anybody else",
    async (scheme) => {
      const { page, complaints } = await open("/", { colorScheme: scheme });
      await page.locator("summary").first().click();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        expect(await page.evaluate(faintTexts), `at ${width} pixels`).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
  );

  it("breaks the headline between words only, at every width", async () => {
    const { page } = await open();
    for (const width of [320, 600, 961, 1024, 1200, 1440, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      // A word that was broken has a rectangle on each of its lines.
      const broken = await page.locator("h1").evaluate((headline) => {
        const text = headline.firstChild as Text;
        return [...text.data.matchAll(/\S+/g)].filter(({ 0: word, index }) => {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          return range.getClientRects().length > 1;
        });
      });
      expect(broken, `at ${width} pixels`).toEqual([]);
    }
  });

  it("has one heading, landmarks, and a label for every field", async () => {
    const { page } = await open();
    for (const role of ["banner", "main", "contentinfo", "navigation"] as const) {
      expect(await page.getByRole(role).count()).toBe(1);
    }
    const levels = await page.locator("h1, h2, h3").evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => index === 0 || level - levels[index - 1]! <= 1)).toBe(true);
    const unlabelled = await page
      .locator("input:not([type=hidden])")
      .evaluateAll((all) => all.filter((one) => (one as HTMLInputElement).labels?.length !== 1));
    expect(unlabelled).toEqual([]);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  it("can be used with the keyboard alone, visibly, and never reaches the trap", async () => {
    const { page } = await open();
    const stops: string[] = [];
    for (let tab = 0; tab < 20; tab++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const { id, textContent } = document.activeElement as HTMLElement;
        const outline = getComputedStyle(document.activeElement!).outlineStyle;
        return { name: id || textContent!.trim(), outline };
      });
      if (stop.name.startsWith("Skip") && stops.length > 1) break;
      expect(stop.outline).not.toBe("none");
      stops.push(stop.name);
    }
    expect(stops.slice(0, 7)).toEqual([
      "Skip to the content", "Almanac", "How it works", "Questions", "Join", "email", "Join the waitlist",
    ]); // biome-ignore format: one line
    expect(stops).toContain("What will it cost?");
    expect(stops).not.toContain("website");
    await page.getByLabel("E-mail address").fill("keyboard@example.com");
    await page.keyboard.press("Enter");
    await page.getByText("You are on the list.").last().waitFor();
  });

  it("moves only for those who want it to", async () => {
    const moving = (page: Page) => page.evaluate(() => document.getAnimations().length);
    expect(await moving((await open()).page)).toBe(0);
    expect(await moving((await open("/", { reducedMotion: "no-preference" })).page)).toBeGreaterThan(0);
  });

  it("needs no inline code, no build and few bytes", () => {
    const files = readdirSync(SITE).map((name) => ({ name, text: readFileSync(join(SITE, name), "utf8") }));
    for (const { name, text } of files.filter((file) => file.name.endsWith(".html"))) {
      expect({ name, inline: /\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|javascript:/.exec(text) }).toEqual({
        name,
        inline: null,
      });
      expect(text).toContain("Content-Security-Policy");
    }
    expect(files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)).toBeLessThan(60_000);
    expect(files.every(({ text }) => !/[\0\ufffd]/.test(text))).toBe(true);
  });

  it("has a page for addresses that lead nowhere", async () => {
    const { page } = await open("/no/such/page");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Nothing on this page");
    await page.getByRole("link", { name: "Go to the front page" }).click();
    await page.getByLabel("E-mail address").waitFor();
  });
});

describe("the form", () => {
  it("sends the address as JSON and says so when it is on the list", async () => {
    const { page, complaints } = await open();
    await submit(page, " ada@example.com ");
    const done = page.getByRole("status");
    await expect.poll(() => done.textContent()).toMatch(/^You are on the list\..*ada@example\.com/);
    expect(await done.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.locator("form").isVisible()).toBe(false);
    expect(server.posts.at(-1)).toEqual({
      type: "application/json",
      fields: { email: "ada@example.com", website: "", source: "hero" },
    });
    expect(complaints).toEqual([]);
  });

  it.each(["", "   ", "ada", "ada@", "a@b c.de"])("explains what is wrong with %j and sends nothing", async (email) => {
    const { page } = await open();
    const before = server.posts.length;
    await submit(page, email);
    expect(await page.getByRole("alert").textContent()).toMatch(/^Please (enter|check)/);
    const field = page.getByLabel("E-mail address");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(server.posts.length).toBe(before);
    await field.press("a");
    expect(await page.getByRole("alert").textContent()).toBe("");
    expect(await field.getAttribute("aria-invalid")).toBeNull();
  });

  it.each([
    ["the route refuses the address", "refused@example.com", /^Please check the address/],
    ["too many came at once", "busy@example.com", /Please try again in 2 minutes\.$/],
    ["the server fails", "broken@example.com", /^That did not go through\./],
    ["the connection breaks", "gone@example.com", /^That did not go through\./],
  ])("says what to do when %s, and keeps the address", async (_, email, words) => {
    const { page } = await open();
    await submit(page, email);
    await expect.poll(() => page.getByRole("alert").textContent()).toMatch(words);
    expect(await page.getByLabel("E-mail address").inputValue()).toBe(email);
    await submit(page, "second-try@example.com");
    await expect.poll(() => page.getByRole("status").textContent()).toContain("second-try@example.com");
  });

  it("sends once however often it is pressed, and says that it is at work", async () => {
    const { page } = await open();
    const before = server.posts.length;
    const release = server.hold();
    await submit(page, "patient@example.com");
    const button = page.locator("form button");
    expect(await button.textContent()).toBe("Joining…");
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    await button.click({ force: true });
    release();
    await expect.poll(() => page.getByRole("status").textContent()).toContain("patient@example.com");
    expect(server.posts.length).toBe(before + 1);
  });

  it.each([
    ["ada@example.com", "You are on the list.", false],
    ["refused@example.com", "That address did not look right.", true],
    ["busy@example.com", "That was a lot of sign-ups at once.", true],
    ["broken@example.com", "That did not go through.", true],
  ])("works without JavaScript: %s", async (email, words, formStays) => {
    const { page, complaints } = await open("/", { javaScriptEnabled: false });
    await submit(page, email);
    await page.getByText(words).first().waitFor();
    await expect.poll(() => page.locator("form").isVisible()).toBe(formStays);
    expect(await page.locator(".notice:visible").count()).toBe(1);
    expect(server.posts.at(-1)).toEqual({
      type: "application/x-www-form-urlencoded",
      fields: { email, website: "", source: "hero" },
    });
    expect(complaints).toEqual([]);
  });
});
