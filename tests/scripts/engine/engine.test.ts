import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../support/engine.ts";

let engine: TestEngine;
let made = 0;
beforeAll(async () => {
  engine = await startEngine({ workers: 2 });
  await engine.deploy("f/test/double", "export function main(n: number) { return n * 2; }");
  await engine.deploy("f/test/fails", "export function main() { throw new Error('child failed'); }");
  const module = {
    id: "a",
    value: {
      type: "script",
      path: "f/test/double",
      input_transforms: { n: { type: "javascript", expr: "flow_input.n" } },
    },
  };
  await engine.create("flows", {
    path: "f/test/flow",
    summary: "",
    description: "",
    value: { modules: [module] },
    schema: {},
  });
});
afterAll(() => engine.stop());

/** Runs this body of a `main` that has the whole client as `wmill`. */
async function inScript(body: string, args: Record<string, unknown> = {}) {
  const path = `f/test/client_${made++}`;
  await engine.deploy(
    path,
    `import * as client from "windmill-client"; import defaults from "windmill-client";
    const wmill = { ...defaults, ...client };
    export async function main(hash?: string) { ${body} }`,
  );
  return engine.run(path, args);
}
const hashOf = async (path: string) => (await (await engine.api(`/w/{w}/scripts/get/p/${path}`)).json()).hash as string;

describe("the real client inside a script", () => {
  it.each([
    [
      "variables",
      `await wmill.setVariable("f/test/v", "1", false, "d"); await wmill.setVariable("f/test/v", "2"); return await wmill.getVariable("f/test/v");`,
      "2",
    ],
    [
      "secrets",
      `await wmill.setVariable("f/test/s", "hidden", true); return await wmill.getVariable("f/test/s");`,
      "hidden",
    ],
    [
      "resources",
      `await wmill.setResource({ a: "$var:f/test/r_v" }, "f/test/r", "any").catch(() => {});
       await wmill.setVariable("f/test/r_v", "filled", false); return await wmill.getResource("f/test/r");`,
      { a: "filled" },
    ],
    [
      "state",
      `const before = await wmill.getState(); await wmill.setState({ n: 1 }); return [before ?? null, await wmill.getState()];`,
      [null, { n: 1 }],
    ],
    [
      "defaults",
      `await wmill.setResource({ h: 1 }, "f/test/d", "any"); return [await wmill.resolveDefaultResource("$res:f/test/d"), await wmill.resolveDefaultResource({ own: 1 })];`,
      [{ h: 1 }, { own: 1 }],
    ],
    [
      "database urls",
      `await wmill.setResource({ user: "u", password: "p", host: "h", port: 5432, dbname: "d", sslmode: "disable" }, "f/test/db", "postgresql");
       return await wmill.databaseUrlFromResource("f/test/db");`,
      "postgresql://u:p@h:5432/d?sslmode=disable",
    ],
    ["scripts by path", `return await wmill.runScriptByPath("f/test/double", { n: 4 });`, 8],
    ["scripts by hash", `return await wmill.runScriptByHash(hash, { n: 5 });`, 10],
    ["flows", `return await wmill.runFlow("f/test/flow", { n: 6 });`, 12],
    [
      "jobs",
      `const id = await wmill.runScriptByPathAsync("f/test/double", { n: 7 }); const got = await wmill.waitJob(id);
       return [got, await wmill.getResult(id), (await wmill.getResultMaybe(id)).completed];`,
      [14, 14, true],
    ],
    [
      "later jobs",
      `const id = await wmill.runScriptByPathAsync("f/test/double", { n: 7 }, 600); await wmill.cancelJob(id, "too late");
       const { completed, success, result } = await wmill.getResultMaybe(id); return [completed, success, result.error.reason];`,
      [true, false, "too late"],
    ],
    [
      "flows that are not waited for",
      `const id = await wmill.runFlowAsync("f/test/flow", { n: 1 }, null); return await wmill.waitJob(id);`,
      2,
    ],
    [
      "a failing job",
      `return await wmill.runScriptByPath("f/test/fails").catch((error) => error.message.includes("child failed"));`,
      true,
    ],
    [
      "a missing resource",
      `return [await wmill.getState("f/test/none") ?? null, await wmill.getResource("f/test/none").catch((e) => e.message)];`,
      [null, expect.stringContaining("Resource not found at f/test/none")],
    ],
    [
      "who and where",
      `return [wmill.getWorkspace(), wmill.getStatePath().startsWith("f/test/client_"), await wmill.getRootJobId() === process.env.WM_JOB_ID];`,
      ["windmill_automations", true, true],
    ],
    [
      "folders",
      `const { FolderService } = client; const workspace = wmill.getWorkspace(); const name = "project_x";
       const before = await FolderService.existsFolder({ workspace, name }); await FolderService.createFolder({ workspace, requestBody: { name } });
       return [before, await FolderService.existsFolder({ workspace, name }), (await FolderService.getFolder({ workspace, name })).name];`,
      [false, true, "project_x"],
    ],
    [
      "what it deletes",
      `const { VariableService, ResourceService } = client; const workspace = wmill.getWorkspace(); const path = "f/test/gone";
       await wmill.setVariable(path, "x", true); await VariableService.deleteVariable({ workspace, path });
       await wmill.setResource({}, path, "any"); await ResourceService.deleteResource({ workspace, path });
       return [await VariableService.existsVariable({ workspace, path }), await ResourceService.existsResource({ workspace, path })];`,
      [false, false],
    ],
  ])("works on %s", async (_, body, expected) => {
    const args = body.includes("hash") ? { hash: await hashOf("f/test/double") } : {};
    expect(await inScript(body, args)).toEqual({ status: 200, body: expected });
  });

  it("starts children that know their parent", async () => {
    const { body: id } = await inScript(`return await wmill.runScriptByPathAsync("f/test/double", { n: 1 });`);
    const child = await (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json();
    const parent = await (await engine.api(`/w/{w}/jobs_u/get/${child.parent_job}`)).json();
    expect(parent.script_path).toMatch(/^f\/test\/client_/);
  });
});
