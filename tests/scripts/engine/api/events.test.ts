import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy(
    "f/test/stream",
    `import { streamResult } from "windmill-client";
    async function* words() { for (const word of ["one ", "two\\n", "three"]) { yield word; await new Promise((r) => setTimeout(r, 150)); } }
    export async function main(own = false) {
      console.log("starting");
      if (own) return words();
      await streamResult(words());
      return { n: 3 };
    }`,
  );
  await engine.deploy("f/test/fails", "export function main() { throw new Error('no'); }");
});
afterAll(() => engine.stop());

type Event = {
  type: string;
  new_logs?: string;
  new_result_stream?: string;
  completed?: boolean;
  only_result?: unknown;
};

/** The events of an answer, all of them once it has ended. */
async function eventsOf(answer: Response): Promise<Event[]> {
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  const blocks = (await answer.text()).split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => JSON.parse(block.replace(/^data: /, "")) as Event);
}
const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const joined = (events: Event[], key: "new_logs" | "new_result_stream") => events.map((one) => one[key] ?? "").join("");

describe("following a job", () => {
  it("brings the pieces of a streamed result as they come, and the result last", async () => {
    const events = await eventsOf(await engine.api("/w/{w}/jobs/run_and_stream/p/f/test/stream", json({})));
    expect(events.filter((one) => one.new_result_stream).length).toBeGreaterThan(1);
    expect(joined(events, "new_result_stream")).toBe("one two\nthree");
    expect(joined(events, "new_logs")).toBe("");
    expect(events.at(-1)).toMatchObject({
      type: "update",
      completed: true,
      only_result: { n: 3, wm_stream: "one two\nthree" },
    });
  });

  it("takes a script that returns a stream by itself", async () => {
    const answer = await engine.api("/w/{w}/jobs/run_wait_result/p/f/test/stream", json({ own: true }));
    expect(await answer.json()).toBe("one two\nthree");
  });

  it("brings logs without the stream in them, from where the caller left off", async () => {
    const id = await (await engine.api("/w/{w}/jobs/run/p/f/test/stream", json({}))).text();
    const events = await eventsOf(await engine.api(`/w/{w}/jobs_u/getupdate_sse/${id}`));
    const logs = joined(events, "new_logs");
    expect(logs).toContain("starting");
    expect(logs).not.toContain("WM_STREAM");
    expect(logs).toBe(await (await engine.api(`/w/{w}/jobs_u/get_logs/${id}`)).text());
    const rest = await eventsOf(
      await engine.api(`/w/{w}/jobs_u/getupdate_sse/${id}?log_offset=${logs.length - 5}&running=true`),
    );
    expect(rest).toHaveLength(1);
    expect(rest[0]).toMatchObject({ new_logs: logs.slice(-5), completed: true, job: { id, success: true } });
  });

  it("tells of a failure as of any result", async () => {
    const events = await eventsOf(await engine.api("/w/{w}/jobs/run_and_stream/p/f/test/fails", json({})));
    expect(events.at(-1)).toMatchObject({ completed: true, only_result: { error: { message: "no" } } });
  });

  it.each([
    ["its last step", "script"],
    ["the last step of the flow that is its last step", "flow"],
  ])("of a flow brings what %s streams", async (_, last) => {
    const script = { type: "script", path: "f/test/stream", input_transforms: {} };
    const inner = { modules: [{ id: "s", value: script }] };
    await engine
      .create("flows", { path: "f/test/inner", summary: "", value: inner, schema: {} })
      .catch(() => undefined);
    const nested = { type: "flow", path: "f/test/inner", input_transforms: {} };
    const value = {
      modules: [
        { id: "a", value: script },
        { id: "b", value: last === "flow" ? nested : script },
      ],
    };
    const path = `f/test/streams_${last}`;
    await engine.create("flows", { path, summary: "", value, schema: {} });
    const events = await eventsOf(await engine.api(`/w/{w}/jobs/run_and_stream/f/${path}`, json({})));
    expect(joined(events, "new_result_stream")).toBe("one two\nthree");
    expect(events.filter((one) => one.new_result_stream).length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ completed: true, only_result: { n: 3, wm_stream: "one two\nthree" } });
  });

  it("of a flow starts the stream anew with each attempt of the step", async () => {
    await engine.deploy(
      "f/test/stream_then_fail",
      `import { streamResult } from "windmill-client";
      async function* words() { yield "try"; await new Promise((r) => setTimeout(r, 200)); }
      export async function main() { await streamResult(words()); throw new Error("no"); }`,
    );
    const step = { type: "script", path: "f/test/stream_then_fail", input_transforms: {} };
    const value = { modules: [{ id: "a", value: step, retry: { constant: { attempts: 1, seconds: 0 } } }] };
    await engine.create("flows", { path: "f/test/stream_retry", summary: "", value, schema: {} });
    const events = await eventsOf(await engine.api("/w/{w}/jobs/run_and_stream/f/f/test/stream_retry", json({})));
    expect(joined(events, "new_result_stream")).toBe("trytry");
  });

  it("is what an http trigger of type sync_sse does", async () => {
    await engine.create("http_triggers", {
      path: "f/test/sse",
      script_path: "f/test/stream",
      route_path: "sse",
      http_method: "post",
      is_flow: false,
      request_type: "sync_sse",
      authentication_method: "none",
      is_static_website: false,
      workspaced_route: false,
      wrap_body: false,
      raw_string: false,
    });
    const events = await eventsOf(await fetch(`${engine.url}/api/r/sse`, json({})));
    expect(joined(events, "new_result_stream")).toBe("one two\nthree");
  });
});
