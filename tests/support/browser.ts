import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { binary } from "../../scripts/stack/binaries.ts";

let launched: Promise<Browser> | undefined;

/** A tab, and what its console said and whom it asked beside the origin that it is meant for. */
export type Tab = { page: Page; complaints: string[] };

/** A tab of somebody's own, for the test that opens it, in the one Chromium that each worker has and that ends with it. */
export async function newTab(origin: string, options: BrowserContextOptions = {}): Promise<Tab> {
  launched ??= launch();
  const context = await (await launched).newContext({ reducedMotion: "reduce", ...options });
  // A page that stays open goes on painting and asking, and slows later ones down.
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const asked = new URL(request.url()).origin;
    if (asked !== origin) complaints.push(`asked ${asked}`);
  });
  return { page, complaints };
}

async function launch(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: binary("chromium"),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  // One that crashed takes down the test that it was in, and no other.
  browser.on("disconnected", () => {
    launched = undefined;
  });
  return browser;
}
