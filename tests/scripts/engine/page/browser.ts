import type { BrowserContextOptions } from "playwright-core";
import { expect } from "vitest";
import { newTab, type Tab } from "../../../support/browser.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

/** An expectation that is met in the end; a browser on a busy machine takes its time. */
export const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

/** The page in Chromium against an engine of its own. */
export type Visit = {
  engine: TestEngine;
  /** Opens a place such as `#/runs`, signed in. */
  open(place?: string, options?: BrowserContextOptions): Promise<Tab>;
  /** A tab that has no token yet. */
  tab(options?: BrowserContextOptions): Promise<Tab>;
  /** Starts a script or flow and answers its job's id. */
  start(kind: "p" | "f", path: string, args?: Record<string, unknown>): Promise<string>;
  job(id: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

export async function visit(dataDir?: string): Promise<Visit> {
  const engine = await startEngine(dataDir ? { dataDir } : {});
  const tab: Visit["tab"] = (options) => newTab(engine.url, options);
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
    close: () => engine.stop(),
  };
}
