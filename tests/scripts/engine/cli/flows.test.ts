import { describe, expect, it } from "vitest";
import { demoWorkspace, FILES } from "./demo.ts";

const demo = demoWorkspace();

describe("wmill flow", () => {
  it.each([
    ["list", /f\/demo\/steps/],
    ["get f/demo/steps", /b: script \(f\/demo\/hello\)/],
    ["run f/demo/steps", /====== a ======[\s\S]*in step a[\s\S]*greeting flow[\s\S]*"text": "Hello flow"/],
    ["run f/demo/steps -s", /^\{"text":"Hello flow"\}$/m],
    ["preview f/demo/steps__flow", /"text": "Hello flow"/],
    ["preview f/demo/steps__flow --step a", /"flow"/],
  ])("%s", async (command, expected) => {
    expect(await demo.run(`flow ${command}`)).toMatch(expected);
  });

  it("preview takes the scripts of its steps from the checkout, and with --remote from the workspace", async () => {
    const changed = String(FILES["f/demo/hello.ts"]).replace("greet(name)", "'Local ' + name");
    demo.write({ "f/demo/hello.ts": changed });
    expect(await demo.run("flow preview f/demo/steps__flow")).toContain("Local flow");
    expect(await demo.run("flow preview f/demo/steps__flow --remote")).toContain("Hello flow");
  });

  it("push makes a new version; history and show-version keep the old one", async () => {
    const yaml = String(FILES["f/demo/steps__flow/flow.yaml"]);
    await demo.run("flow push f/demo/steps__flow f/demo/pushed");
    demo.write({ "f/demo/steps__flow/flow.yaml": yaml.replace("summary: Steps", "summary: Changed") });
    await demo.run("flow push f/demo/steps__flow f/demo/pushed");
    const history = JSON.parse(await demo.run("flow history f/demo/pushed --json")) as { id: number }[];
    expect(history).toHaveLength(2);
    const shown = await Promise.all(history.map(({ id }) => demo.run(`flow show-version f/demo/pushed ${id}`)));
    expect(shown.map((text) => /Summary: (\w+)/.exec(text)?.[1])).toEqual(["Changed", "Steps"]);
  });

  it("of an earlier version still runs by its number", async () => {
    const value = { modules: [{ id: "old", value: { type: "identity" } }] };
    await demo.engine.create("flows", { path: "f/demo/changed", summary: "", description: "", value, schema: {} });
    const [{ id }] = await (await demo.engine.api("/w/{w}/flows/history/p/f/demo/changed")).json();
    const update = { path: "f/demo/changed", summary: "", description: "", value: { modules: [] }, schema: {} };
    await demo.engine.api("/w/{w}/flows/update/f/demo/changed", { method: "POST", body: JSON.stringify(update) });
    const version = await (await demo.engine.api(`/w/{w}/flows/get/v/${id}`)).json();
    expect(version.value.modules[0].id).toBe("old");
    const run = await demo.engine.api(`/w/{w}/jobs/run_wait_result/fv/${id}`, { method: "POST" });
    expect([run.status, await run.json()]).toEqual([200, {}]);
  });
});
