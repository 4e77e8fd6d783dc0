import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
let made = 0;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const URLS = `import { getResumeUrls } from "windmill-client";
  export async function main(approver?: string, flowLevel?: boolean) { return await getResumeUrls(approver, flowLevel); }`;
const SEEN =
  "export function main(resume: unknown, resumes: unknown, approvers: unknown) { return { resume, resumes, approvers }; }";
const js = (expr: string) => ({ type: "javascript", expr });

type Urls = { resume: string; cancel: string; approvalPage: string };
const get = async (path: string) => (await engine.api(path)).json();

/** Starts a flow that waits after its first step, and returns its id and the addresses that the step made. */
async function waiting(suspend: Record<string, unknown>, args: Record<string, unknown> = {}) {
  const path = `f/test/flow_${made++}`;
  const transforms = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, { type: "static", value }]));
  const modules = [
    { id: "a", value: { type: "rawscript", language: "bun", content: URLS, input_transforms: transforms }, suspend },
    {
      id: "b",
      value: {
        type: "rawscript",
        language: "bun",
        content: SEEN,
        input_transforms: { resume: js("resume"), resumes: js("resumes"), approvers: js("approvers") },
      },
    },
  ];
  await engine.create("flows", { path, summary: "", description: "", value: { modules }, schema: {} });
  const id = await (await engine.api(`/w/{w}/jobs/run/f/${path}`, { method: "POST" })).text();
  await expect
    .poll(async () => (await get(`/w/{w}/jobs_u/get/${id}`)).flow_status?.modules?.[1]?.type)
    .toBe("WaitingForEvents");
  return { id, urls: (await get(`/w/{w}/jobs/result_by_id/${id}/a`)) as Urls };
}

const post = (url: string, payload: unknown = null) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(payload) });
const end = async (id: string) => {
  const path = `/w/{w}/jobs_u/completed/get_result_maybe/${id}`;
  await expect.poll(async () => (await get(path)).completed).toBe(true);
  return (await get(path)) as { success: boolean; result: unknown };
};

describe("a flow that waits for an approval", () => {
  it("goes on with the payload of whoever opens the address, without a token", async () => {
    const { id, urls } = await waiting({ required_events: 1 });
    const answer = await post(urls.resume, { agreed: true });
    expect([answer.status, await answer.text()]).toEqual([201, ""]);
    const payload = { agreed: true };
    expect(await end(id)).toMatchObject({
      success: true,
      result: { resume: payload, resumes: [payload], approvers: ["anonymous"] },
    });
  });

  it("takes the payload from a plain link", async () => {
    const { id, urls } = await waiting({ required_events: 1 }, { approver: "ada" });
    expect(urls.resume).toContain("?approver=ada");
    await fetch(`${urls.resume}&payload=${btoa('{"by":"link"}')}`);
    expect((await end(id)).result).toMatchObject({ resume: { by: "link" }, approvers: ["ada"] });
  });

  it("is shown to whoever holds an address, and to nobody else", async () => {
    const { id, urls } = await waiting({ required_events: 1 });
    const shown = urls.resume.replace("/resume/", "/get_flow/");
    expect(await (await fetch(shown)).json()).toMatchObject({ job: { id, type: "QueuedJob" }, approvers: [] });
    const tampered = await fetch(`${shown}?approver=eve`);
    expect([tampered.status, await tampered.text()]).toEqual([500, "Internal: Invalid signature"]);
    await post(urls.resume);
    expect((await (await fetch(shown)).json()).approvers).toMatchObject([{ approver: "anonymous" }]);
    expect((await fetch(urls.approvalPage)).headers.get("content-type")).toContain("text/html");
  });

  it("ends when it is disapproved, and says by whom", async () => {
    const { id, urls } = await waiting({ required_events: 1 }, { approver: "bob" });
    expect((await post(urls.cancel)).status).toBe(201);
    expect(await end(id)).toMatchObject({
      success: false,
      result: { error: { name: "SuspendedDisapproved", message: "Disapproved by bob" } },
    });
  });

  it("waits for as many as it needs, and counts no address twice", async () => {
    const { id, urls } = await waiting({ required_events: 2 });
    expect((await post(urls.resume, 1)).status).toBe(201);
    const again = await post(urls.resume, 2);
    expect([again.status, await again.text()]).toEqual([500, "Internal: resume request already sent"]);
    expect((await engine.api(`/w/{w}/jobs/flow/resume/${id}`, { method: "POST", body: "3" })).status).toBe(201);
    expect((await end(id)).result).toMatchObject({ resumes: [1, 3], approvers: ["anonymous", "admin"] });
  });

  it("takes an address that stands for the whole flow", async () => {
    const { id, urls } = await waiting({ required_events: 1 }, { flowLevel: true });
    expect(urls.resume).toContain(id);
    expect((await post(urls.resume)).status).toBe(201);
    expect((await end(id)).success).toBe(true);
  });

  it("has addresses that Windmill's own formula signs", async () => {
    const { urls } = await waiting({ required_events: 1 }, { approver: "ada" });
    const [job = "", number = "", signature = ""] = new URL(urls.resume).pathname.split("/").slice(-3);
    const resumeId = Buffer.alloc(4);
    resumeId.writeUInt32BE(Number(number));
    const key = Buffer.from(readFileSync(join(engine.dataDir, "key"), "utf8").trim(), "hex");
    const signed = [Buffer.from(job.replaceAll("-", ""), "hex"), resumeId, Buffer.from("ada")];
    expect(signature).toBe(createHmac("sha256", key).update(Buffer.concat(signed)).digest("hex"));
    await post(urls.cancel);
  });

  it("refuses an address that was tampered with", async () => {
    const { id, urls } = await waiting({ required_events: 1 });
    for (const url of [
      urls.resume.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      `${urls.resume}?approver=eve`,
    ]) {
      const answer = await post(url);
      expect([answer.status, await answer.text()]).toEqual([500, "Internal: Invalid signature"]);
    }
    expect((await post(urls.resume.replace(/\/\d+\//, "/x/"))).status).toBe(400);
    await post(urls.resume);
    await end(id);
  });

  it("wants a person who is logged in when it says so", async () => {
    const { id, urls } = await waiting({ required_events: 1, user_auth_required: true });
    expect((await post(urls.resume)).status).toBe(403);
    const headers = { authorization: `Bearer ${engine.token}` };
    expect((await fetch(urls.resume, { method: "POST", headers, body: "null" })).status).toBe(201);
    expect((await end(id)).result).toMatchObject({ approvers: ["admin"] });
  });

  it.each([
    [{ self_approval_disabled: true }, "Self-approval is disabled for this step"],
    [{ user_groups_required: { type: "static", value: ["g"] } }, "Only members of g can approve this step"],
  ])("refuses whoever %j rules out", async (condition, message) => {
    const { id, urls } = await waiting({ required_events: 1, user_auth_required: true, ...condition });
    const headers = { authorization: `Bearer ${engine.token}` };
    const answer = await fetch(urls.resume, { method: "POST", headers, body: "null" });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(message)]);
    await engine.api(`/w/{w}/jobs_u/queue/cancel/${id}`, { method: "POST", body: "{}" });
  });

  it("ends when nobody answers in time", async () => {
    const { id } = await waiting({ required_events: 1, timeout: 1 });
    expect(await end(id)).toMatchObject({ success: false, result: { error: { name: "SuspendedTimedOut" } } });
  });
});

describe("a script", () => {
  it("keeps notes for later steps of its flow", async () => {
    const write = `import { setFlowUserState } from "windmill-client"; export async function main() { await setFlowUserState("k", { n: 1 }, true); }`;
    const read = `import { getFlowUserState } from "windmill-client"; export async function main() { return await getFlowUserState("k", true); }`;
    const raw = (id: string, content: string, transforms = {}) => ({
      id,
      value: { type: "rawscript", language: "bun", content, input_transforms: transforms },
    });
    const value = {
      modules: [
        raw("a", write),
        raw("b", read),
        raw("c", "export function main(x: unknown, y: unknown) { return { x, y }; }", {
          x: js("results.b"),
          y: js("flow_user_state('k')"),
        }),
      ],
    };
    await engine.create("flows", { path: "f/test/states", summary: "", description: "", value, schema: {} });
    const answer = await engine.api("/w/{w}/jobs/run_wait_result/f/f/test/states", { method: "POST" });
    expect(await answer.json()).toEqual({ x: { n: 1 }, y: { n: 1 } });
  });

  it("tells how far it is, which never goes back", async () => {
    await engine.deploy(
      "f/test/progress",
      `import { getProgress, setProgress } from "windmill-client";
      export async function main() { await setProgress(40.9); await setProgress(10); return await getProgress(); }`,
    );
    expect(await engine.run("f/test/progress")).toEqual({ status: 200, body: 40 });
  });
});
