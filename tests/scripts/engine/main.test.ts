import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

describe("an engine", () => {
  it("answers with its version", async () => {
    expect(await (await engine.api("/version")).text()).toMatch(/^CE v\d/);
  });
});
