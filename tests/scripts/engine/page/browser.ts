import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { binary } from "../../../../scripts/stack/binaries.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

/** An expectation that is met in the end; a browser on a busy machine takes its time. */
export const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

/** The page in Chromium against an engine of its own. */
export type Visit = {
  engine: TestEngine;
  /** Opens a place such as `#/runs`, signed in; `complaints` is what the console said and who else was asked. */
  open(place?: string, options?: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }>;
  /** A tab that has no token yet. */
  tab(options?: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }>;
  /** Starts a script or flow and answers its job's id. */
  start(kind: "p" | "f", path: string, args?: Record<string, unknown>): Promise<string>;
  job(id: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

export async function visit(dataDir?: string): Promise<Visit> {
  const engine = await startEngine(dataDir ? { dataDir } : {});
  const browser: Browser = await chromium.launch({
    executablePath: binary("chromium"),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const tab: Visit["tab"] = async (options = {}) => {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    // A page that stays open goes on painting and asking, and slows later ones down.
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== engine.url) complaints.push(`asked ${request.url()}`);
    });
    return { page, complaints };
  };
  return {
    engine,
    tab,
    async open(place = "", options) {
      const one = await tab(options);
      await one.page.goto(`${engine.url}/?token=${engine.token}${place}`);
      return one;
    },
    async start(kind, path, args = {}) {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(args) };
      return (await engine.api(`/w/{w}/jobs/run/${kind}/${path}`, init)).text();
    },
    job: async (id) => (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json() as Promise<Record<string, unknown>>,
    async close() {
      await browser.close();
      await engine.stop();
    },
  };
}
