import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTree } from "../../../scripts/metadata/files.ts";
import { startEngine, type TestEngine } from "../../support/engine.ts";

const repository = join(import.meta.dirname, "../../..");
const PUSHED = ["f", "wmill.yaml", "wmill-lock.yaml"];

let engine: TestEngine;
const checkout = mkdtempSync(join(tmpdir(), "run8n-roundtrip-"));
const wmill = (...args: string[]) => engine.wmill(args, { cwd: checkout });

beforeAll(async () => {
  engine = await startEngine();
  for (const path of PUSHED) cpSync(join(repository, path), join(checkout, path), { recursive: true });
});
afterAll(async () => {
  await engine.stop();
  rmSync(checkout, { recursive: true });
});

// Some 1,700 files go over twice.
describe("what is committed, pushed with the real wmill", { timeout: 180_000 }, () => {
  it("is complete and fresh: nothing is created on disk, nothing is stale, nothing is left to push", async () => {
    const before = readTree(checkout, PUSHED);
    const push = await wmill("sync", "push", "--yes");
    expect(push).toMatchObject({ code: 0 });
    expect(push.stdout + push.stderr).not.toMatch(/stale|missing/i);
    expect(readTree(checkout, PUSHED)).toEqual(before);
    expect((await wmill("sync", "push", "--yes")).stdout).toContain("0 changes to apply");
  });

  it("comes back byte for byte when it is pulled", async () => {
    const before = readTree(checkout, PUSHED);
    const code = [...before.keys()].filter((file) => file.startsWith("f/") && !file.endsWith("folder.meta.yaml"));
    for (const file of code) rmSync(join(checkout, file));
    expect(await wmill("sync", "pull", "--yes")).toMatchObject({ code: 0 });
    expect(readTree(checkout, PUSHED)).toEqual(before);
  });
});
