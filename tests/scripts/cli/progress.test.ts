import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "../../../scripts/cli/progress.ts";
import { paint } from "../../../scripts/cli/style.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function screen(isTTY: boolean) {
  let text = "";
  const stream = { isTTY, columns: 80, write: (more: string) => (text += more) };
  return { progress: createProgress(stream, paint(stream, { NO_COLOR: "1" })), text: () => text };
}
const lasting = (ms: number) => async () => {
  await vi.advanceTimersByTimeAsync(ms);
  return "12 files";
};

describe("progress", () => {
  it("tells each step once, with its result and how long it took", async () => {
    const { progress, text } = screen(false);
    expect(await progress.step("push", lasting(1200), (files) => `${files} written`)).toBe("12 files");
    expect(text()).toMatch(/^ {2}✓ push +12 files written +1\.2 s\n$/);
  });

  it("tells of a step that failed and passes the error on", async () => {
    const { progress, text } = screen(false);
    await expect(progress.step("push", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(text()).toMatch(/^ {2}✗ push +0\.0 s\n$/);
  });

  it("mentions a long step now and then where there is no terminal", async () => {
    const { progress, text } = screen(false);
    await progress.step("push", lasting(12_000));
    expect(text().match(/… push/g)).toHaveLength(2);
  });

  it("keeps a line alive on a terminal and cleans it up", async () => {
    const { progress, text } = screen(true);
    await progress.step("push", async (update) => {
      update("step 2 of 6");
      return lasting(300)();
    });
    expect(text()).toContain("push: step 2 of 6 … 0.2 s");
    expect(text().split("\r\x1b[2K").at(-1)).toMatch(/^ {2}✓ push/);
    expect(vi.getTimerCount()).toBe(0);
  });
});
