import { describe, expect, it } from "vitest";
import { scriptFiles } from "../../../support/checkout.ts";
import { demoWorkspace } from "./demo.ts";

const demo = demoWorkspace();

describe("wmill script", () => {
  it.each([
    ["list", /f\/demo\/hello.*bun/],
    ["get f/demo/hello", /Path: f\/demo\/hello/],
    ["show f/demo/greet", /export const greet/],
    ['run f/demo/hello -d {"name":"Ada"}', /greeting Ada[\s\S]*"text": "Hello Ada"/],
    ['run f/demo/hello -s -d {"name":"Ada"}', /^\{"text":"Hello Ada"\}\s*$/],
    ['preview f/demo/hello.ts -d {"name":"Bob"}', /"text": "Hello Bob"/],
  ])("%s", async (command, expected) => {
    expect(await demo.run(`script ${command}`)).toMatch(expected);
  });

  it("run ends with 1 when the job fails, and says why", async () => {
    const { code, output } = await demo.wmill("script", "run", "f/demo/fails");
    expect(code).toBe(1);
    expect(output).toContain("on purpose");
  });

  it("run of a script that is not there says so", async () => {
    const { code, output } = await demo.wmill("script", "run", "f/demo/none", "-d", "{}");
    expect(code).toBe(1);
    expect(output).toContain("Script 'f/demo/none' not found");
  });

  it("preview takes what is imported from the checkout, also when that is not pushed", async () => {
    demo.write(scriptFiles("f/demo/greet", "export const greet = (name: string) => 'Changed ' + name;\n"));
    expect(await demo.run('script preview f/demo/hello.ts -d {"name":"Eve"}')).toContain("Changed Eve");
    expect(await demo.run('script run f/demo/hello -d {"name":"Eve"}')).toContain("Hello Eve");
  });

  it("push makes a new version, which history lists before the old one", async () => {
    demo.write(scriptFiles("f/demo/versions", "export function main() { return 1; }\n"));
    await demo.run("script push f/demo/versions.ts");
    demo.write(scriptFiles("f/demo/versions", "export function main() { return 2; }\n"));
    await demo.run("script push f/demo/versions.ts");
    const history = JSON.parse(await demo.run("script history f/demo/versions --json")) as { script_hash: string }[];
    const contents = await Promise.all(
      history.map(async ({ script_hash: hash }) => (await demo.engine.api(`/w/{w}/scripts/raw/h/${hash}.ts`)).text()),
    );
    expect(contents).toEqual(["export function main() { return 2; }\n", "export function main() { return 1; }\n"]);
  });

  it("list --show-archived has the scripts that a push archived, and list does not", async () => {
    await demo.engine.deploy("f/demo/old", "export function main() {}");
    expect((await demo.engine.api("/w/{w}/scripts/archive/p/f/demo/old", { method: "POST" })).status).toBe(200);
    expect(await demo.run("script list")).not.toContain("f/demo/old");
    expect(await demo.run("script list --show-archived")).toContain("f/demo/old");
    expect((await demo.engine.run("f/demo/old")).status).toBe(404);
  });
});
