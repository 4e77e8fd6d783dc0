import { afterAll, beforeAll, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/now", "export function main() { return Date.now(); }");
});
afterAll(() => engine.stop());

const run = async (query: string) => {
  const answer = await engine.api(`/w/{w}/jobs/run/p/f/test/now?${query}`, { method: "POST", body: "{}" });
  return { status: answer.status, text: await answer.text() };
};
const maybe = async (id: string) => (await engine.api(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)).json();

it.each([
  ["at a moment", (at: Date) => `scheduled_for=${encodeURIComponent(at.toISOString())}`],
  ["in some seconds", (at: Date) => `scheduled_in_secs=${(at.getTime() - Date.now()) / 1000}`],
])("a job runs %s, and not before", async (_, query) => {
  const at = new Date(Date.now() + 1_500);
  const { status, text: id } = await run(query(at));
  expect(status).toBe(201);
  expect(await maybe(id)).toMatchObject({ completed: false });
  await expect.poll(() => maybe(id), { timeout: 10_000 }).toMatchObject({ completed: true, success: true });
  expect((await maybe(id)).result).toBeGreaterThanOrEqual(at.getTime() - 1);
});

it("a moment that was already is now", async () => {
  const { text: id } = await run("scheduled_for=2020-01-01T00:00:00Z");
  await expect.poll(() => maybe(id), { timeout: 10_000 }).toMatchObject({ completed: true });
});

it.each(["scheduled_for=soon", "scheduled_in_secs=-1", "scheduled_in_secs=x"])("%s is refused", async (query) => {
  expect(await run(query)).toMatchObject({ status: 400, text: expect.stringContaining("Bad request: scheduled_") });
});
