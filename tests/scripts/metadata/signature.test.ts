import { describe, expect, it } from "vitest";
import { importsOf, signatureOf } from "../../../scripts/metadata/signature.ts";

describe("signatureOf", () => {
  it("reads main as Windmill does", () => {
    const code = 'export async function main(project: string, db: Postgresql = "$res:f/infra/postgres") {}';
    expect(signatureOf(code)).toMatchObject({
      library: false,
      hasPreprocessor: false,
      args: [
        { name: "project", typ: { str: null }, has_default: false },
        { name: "db", typ: { resource: "postgresql" }, default: "$res:f/infra/postgres", has_default: true },
      ],
    });
  });

  it.each([
    ["a file without main", "export const a = 1;"],
    ["a main that Windmill does not see", "export const main = () => {};"],
  ])("takes %s for a library", (_, code) => {
    expect(signatureOf(code)).toMatchObject({ library: true, args: [] });
  });

  it("sees a preprocessor", () => {
    const code = "export async function preprocessor(event: object) { return {}; }\nexport async function main() {}";
    expect(signatureOf(code)?.hasPreprocessor).toBe(true);
  });

  it.each(["export async function main(...rest: string[]) {}", "export async function main( {"])(
    "has nothing for what Windmill cannot read: %s",
    (code) => {
      expect(signatureOf(code)).toBeUndefined();
    },
  );
});

describe("importsOf", () => {
  it("lists what the bundle needs, and no import of types alone", () => {
    const code = `import pg from "pg";
import type { A } from "tar-stream";
import type {
  B,
  C,
} from "ssh2";
import { d } from "../names.ts";
export type { E } from "zod";
export { f } from "./f.ts";
import "node:fs";
const later = async () => (await import("ioredis")).Redis;
`;
    expect(importsOf(code).sort()).toEqual(["../names.ts", "./f.ts", "ioredis", "node:fs", "pg"]);
  });
});
