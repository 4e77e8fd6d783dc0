import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTree } from "../../../scripts/metadata/files.ts";
import { metadataYaml, readScript } from "../../../scripts/metadata/script.ts";

/** One script per kind of type; what Windmill's own tool makes of them is the yardstick. */
const SIGNATURES: Record<string, string> = {
  texts: "project: string, note = 'x', mail?: wmill.Email",
  numbers: "a: number, b = 3, c: number = 0.5, d?: bigint",
  flags: "dryRun = true, force: boolean = false",
  enums: 'template: "static" | "shop" = "static"',
  dates: "when: Date, until?: Date",
  resources: 'project: string, db: Postgresql = "$res:f/infra/postgres"',
  objects: "route: { host: string; port?: number; tls: { strict: boolean } }",
  lists: 'a: string[], b: number[], c: ("x" | "y")[], d: { name: string; status: string }[] = []',
  alternatives: 'route: { kind: "static"; root: string } | { kind: "proxy"; upstream: string }',
  unknown: "body: unknown, more: object",
  nothing: "",
};

const folder = mkdtempSync(join(tmpdir(), "run8n-schema-"));
const server = createServer((request, response) => {
  const body: Buffer[] = [];
  request.on("data", (part) => body.push(part));
  request.on("end", () => {
    const url = request.url ?? "";
    response.setHeader("content-type", "application/json");
    const asked = () => Object.keys(JSON.parse(Buffer.concat(body).toString()).scripts);
    if (url.endsWith("whoami"))
      response.end(JSON.stringify({ email: "a@example.com", username: "a", super_admin: true }));
    else if (url.endsWith("raw_temp/diff")) response.end(JSON.stringify(asked()));
    else if (url.endsWith("raw_temp/store")) response.end('"hash"');
    else response.writeHead(404).end("Not found");
  });
});

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe("the schema of a script", () => {
  it("is what Windmill's own inference writes, byte for byte", async () => {
    const written = new Map<string, string>();
    const files = new Map([["wmill.yaml", 'defaultTs: bun\nincludes: ["f/**"]\nnonDottedPaths: true\n']]);
    for (const [name, signature] of Object.entries(SIGNATURES)) {
      const code = `/** S. */\nexport async function main(${signature}) {}\n`;
      const { script } = readScript(`f/infra/${name}.ts`, code);
      if (!script) throw new Error(`${name} was not read`);
      files.set(`f/infra/${name}.ts`, code).set(`f/infra/${name}.script.lock`, "");
      written.set(`f/infra/${name}.script.yaml`, metadataYaml(script));
    }
    writeTree(folder, new Map([...files, ...written]));
    const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout } = await promisify(execFile)(
      join(import.meta.dirname, "../../../node_modules/.bin/wmill"),
      ["generate-metadata", "--schema-only", "--yes", "--base-url", remote, "--token", "t", "--workspace", "w"],
      { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, WMILL_CONFIG_DIR: folder, NO_COLOR: "1" } },
    );
    expect(stripVTControlCharacters(stdout)).toContain(`Updated ${Object.keys(SIGNATURES).length} item(s)`);
    const inferred = [...written.keys()].map((file) => [file, readFileSync(join(folder, file), "utf8")]);
    expect(Object.fromEntries(inferred)).toEqual(Object.fromEntries(written));
  });
});
