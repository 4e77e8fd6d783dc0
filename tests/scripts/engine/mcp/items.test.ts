import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toolName } from "../../../../scripts/engine/mcp/names.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { connect, type McpClient } from "../../../support/mcp.ts";

const LONG = "f/shop/recalculate_every_order_of_the_last_year";
const MAIN = "export function main() { return 1; }";

let engine: TestEngine;
let all: McpClient;
beforeAll(async () => {
  engine = await startEngine();
  const schema = {
    properties: {
      "two words": { type: "integer", description: "How many." },
      db: { type: "object", format: "resource-postgresql", description: "Where.", default: "$res:f/shop/main" },
      s3: { type: "object", format: "resource-s3" },
    },
    required: ["two words"],
  };
  await engine.deploy("f/shop/greet_all", MAIN, { summary: "Greet", description: "Says hello.", schema });
  await engine.deploy("f/shop/lib", "export const price = 1;");
  await engine.deploy("f/other/plain", MAIN);
  await engine.deploy(LONG, MAIN, { summary: "Recalculate" });
  await engine.create("flows", {
    path: "f/shop/bill",
    summary: "Bill",
    description: "Sends bills.",
    value: { modules: [] },
    schema: { properties: { items: { type: "array", items: { type: "string" } } }, order: ["items"] },
  });
  await engine.create("resources/type", { name: "postgresql", description: "A database", schema: {} });
  for (const [name, description] of [
    ["main", "The shop's"],
    ["copy", ""],
  ])
    await engine.create("resources", {
      path: `f/shop/${name}`,
      value: {},
      resource_type: "postgresql",
      ...(description ? { description } : {}),
    });
  all = await connect(engine);
});
afterAll(() => engine.stop());

const tool = async (name: string) => (await all.tools()).find((one) => one.name === name);
const items = async (client: McpClient) => (await client.names()).filter((name) => /^[sf]-/i.test(name));

describe("the tools of scripts and flows", () => {
  it("are all of them but libraries, under Windmill's names", async () => {
    const expected = ["s-f_shop_greet__all", "s-f_other_plain", toolName("script", LONG), "f-f_shop_bill"];
    expect(await items(all)).toEqual(expected);
    expect(toolName("script", LONG)).toMatch(/^S-.{38}$/);
  });

  it("say what they are, what they take and that they may do anything", async () => {
    expect(await tool("f-f_shop_bill")).toEqual({
      name: "f-f_shop_bill",
      title: "Bill",
      description:
        "This is a flow named `Bill` with the following description: `Sends bills.`. Optional parameters: `items`." +
        ' Omit any you were not given a value for rather than sending `""`, `[]`, `{}`, `false`, or `0` as a placeholder.',
      inputSchema: {
        type: "object",
        properties: { items: { type: "array", items: { type: "string" } } },
        required: [],
      },
      annotations: {
        title: "Bill",
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: true,
      },
    });
  });

  it("take numbers and names that any client can send", async () => {
    const schema = (await tool("s-f_shop_greet__all"))?.inputSchema;
    expect(schema?.required).toEqual(["two_words"]);
    expect(schema?.properties?.two_words).toEqual({ type: "number", description: "How many." });
  });

  it("take resources as paths, and list those that there are", async () => {
    const { db, s3 } = (await tool("s-f_shop_greet__all"))?.inputSchema.properties ?? {};
    expect(db).toEqual({
      type: "string",
      default: "$res:f/shop/main",
      description:
        "This is a resource named `postgresql` with the following description: `A database`." +
        "\\nThe path of the resource should be used to specify the resource." +
        "\\nThis resource has multiple available instances, you should precisely select the one you want to use." +
        "\\nHere are the available resources, in the format title:path. Title can be empty." +
        " Path should be used to specify the resource:\\nNo title: $res:f/shop/copy\\nThe shop's: $res:f/shop/main",
    });
    expect(s3).toEqual({ type: "string", description: "An object parameter." });
  });

  it("without a schema take nothing", async () => {
    expect((await tool("s-f_other_plain"))?.inputSchema).toEqual({ type: "object", properties: {}, required: [] });
  });

  it("follow what is deployed", async () => {
    await engine.deploy("f/late/comer", MAIN, { summary: "Late" });
    expect((await tool("s-f_late_comer"))?.title).toBe("Late");
    await engine.api("/w/{w}/scripts/archive/p/f/late/comer", { method: "POST" });
    expect(await tool("s-f_late_comer")).toBeUndefined();
  });
});

describe("a scoped token", () => {
  it("sees only what it names", async () => {
    const one = await connect(engine, ["mcp:scripts:f/shop/greet_all"]);
    expect(await one.names()).toEqual(["s-f_shop_greet__all", "runScriptByPath"]);
    const folder = await connect(engine, ["mcp:all:f/shop/*"]);
    expect(await items(folder)).toEqual(["s-f_shop_greet__all", toolName("script", LONG), "f-f_shop_bill"]);
    expect(await folder.names()).toContain("getJob");
    expect(await items(await connect(engine, ["mcp:flows:*"]))).toEqual(["f-f_shop_bill"]);
  });

  it("of favorites sees no script or flow: the engine has no stars", async () => {
    expect(await items(await connect(engine, ["mcp:favorites"]))).toEqual([]);
  });

  it("runs only what it names, also by the hash of a long name", async () => {
    const one = await connect(engine, ["mcp:scripts:f/shop/greet_all"]);
    expect((await one.call("s-f_shop_greet__all", { two_words: 1 })).value).toBe(1);
    expect(await one.call("s-f_other_plain")).toEqual({
      error: "Access denied: script 'f/other/plain' not in token scope",
      code: -32603,
    });
    expect((await one.call(toolName("script", LONG))).error).toBe(`Access denied: script '${LONG}' not in token scope`);
    expect((await one.call("f-f_shop_bill")).error).toBe("Access denied: flow 'f/shop/bill' not in token scope");
    const long = await connect(engine, [`mcp:scripts:${LONG}`]);
    expect((await long.call(toolName("script", LONG))).value).toBe(1);
  });

  it("that says nothing of MCP gets in, but neither sees nor runs anything", async () => {
    const other = await connect(engine, ["jobs:run"]);
    await expect(other.names()).rejects.toThrow("Unauthorized: missing mcp scope");
    expect((await other.call("s-f_other_plain")).error).toBe("Unauthorized: missing mcp scope");
  });
});

describe("a workspace of more than a hundred scripts", () => {
  it("shows the oldest hundred that the token may see, as Windmill does, and runs the others all the same", async () => {
    for (let n = 0; n < 101; n++) await engine.deploy(`f/many/n${n}`, `export function main() { return ${n}; }`);
    const many = await connect(engine, ["mcp:scripts:f/many/*"]);
    const names = await items(many);
    expect(names).toHaveLength(100);
    expect(names).not.toContain("s-f_many_n100");
    expect((await many.call("s-f_many_n100")).value).toBe(100);
  });
});
