import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FlowValue } from "../../../../scripts/engine/jobs/job.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { code, flow, identity, js } from "./steps.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => {
  await engine.stop();
  rmSync(engine.dataDir, { recursive: true, force: true });
});

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const read = async (path: string) => (await engine.api(path)).json();

type Shown = { type: string; flow_status: { modules: { type: string; job: string }[] } };
type Maybe = { completed: boolean; success?: boolean; result?: unknown };

const ask = (more: object = {}): FlowValue =>
  flow(
    identity("a", { suspend: { required_events: 1, timeout: 600, ...more } }),
    code("b", "export function main(x: any) { return x; }", { x: js("[resume, approvers]") }),
  );

/** Starts a flow and waits until it waits; the resume URLs of the step that asks. */
async function parked(value: FlowValue, approver?: string) {
  const id = await (await engine.api("/w/{w}/jobs/run/preview_flow", json({ value, args: {} }))).text();
  const get = async () => (await read(`/w/{w}/jobs_u/get/${id}`)) as Shown;
  await expect.poll(async () => (await get()).flow_status.modules[1]?.type).toBe("WaitingForEvents");
  const step = (await get()).flow_status.modules[0]?.job;
  const query = approver ? `?approver=${approver}` : "";
  const urls = (await read(`/w/{w}/jobs/resume_urls/${step}/1${query}`)) as { resume: string; cancel: string };
  return { id, urls };
}

async function ended(id: string): Promise<Maybe> {
  const get = async () => (await read(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)) as Maybe;
  await expect.poll(async () => (await get()).completed, { timeout: 10_000 }).toBe(true);
  return get();
}

describe("a flow that asks for approval", () => {
  it("goes on with what the resume URL is called with, by anyone who has it, once", async () => {
    const { id, urls } = await parked(ask(), "ruth");
    expect((await fetch(urls.resume, json({ ok: true }))).status).toBe(201);
    expect(await ended(id)).toMatchObject({ success: true, result: [{ ok: true }, ["ruth"]] });
    expect((await fetch(urls.resume, json({}))).ok).toBe(false);
  });

  it("fails when the cancel URL is called", async () => {
    const { id, urls } = await parked(ask(), "ruth");
    await fetch(urls.cancel, json({}));
    expect(await ended(id)).toMatchObject({
      success: false,
      result: { error: { name: "SuspendedDisapproved", message: "Disapproved by ruth" } },
    });
  });

  it("fails when nobody answers in time", async () => {
    const { id } = await parked(ask({ timeout: 1 }));
    expect(await ended(id)).toMatchObject({ success: false, result: { error: { name: "SuspendedTimedOut" } } });
  });

  it("is still waiting after the engine was killed, and its URLs still work", async () => {
    const { id, urls } = await parked(ask());
    const { port } = new URL(engine.url);
    await engine.kill();
    engine = await startEngine({ dataDir: engine.dataDir, port: Number(port) });
    expect((await fetch(urls.resume, json("late"))).status).toBe(201);
    expect(await ended(id)).toMatchObject({ success: true, result: ["late", ["anonymous"]] });
  });
});
