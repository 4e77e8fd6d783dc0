import { describe, expect, it } from "vitest";
import { metadataYaml, readScript } from "../../../scripts/metadata/script.ts";

const FILE = "f/infra/shop/ensure_shop.ts";
const read = (code: string) => readScript(FILE, code);
const problemsOf = (code: string) => read(code).problems.map(({ message }) => message);

describe("readScript", () => {
  it("takes summary, description, arguments and settings from the source", () => {
    const { script, problems } = read(`/**
 * Opens a shop. Again is fine.
 * @param project Its project.
 * @timeout 60
 * @delete_after_secs 0
 * @tag heavy
 * @returns the shop
 */
export async function main(project: string) {}
`);
    expect(problems).toEqual([]);
    expect(script).toMatchObject({
      path: "f/infra/shop/ensure_shop",
      summary: "Opens a shop",
      description: "Again is fine.\n\nReturns the shop",
      library: false,
      settings: { timeout: 60, delete_after_secs: 0, tag: "heavy" },
    });
  });

  it("asks nothing of a library but a doc comment", () => {
    expect(read("/** Opens shops.\n * @see elsewhere */\nexport const open = 1;").problems).toEqual([]);
    expect(problemsOf("export const open = 1;")).toEqual([expect.stringContaining("no doc comment")]);
  });

  it.each([
    ["no doc comment", "export async function main() {}", "no doc comment"],
    ["no summary", "/** @timeout 1 */\nexport async function main() {}", "does not begin with a sentence"],
    ["an argument without @param", "/** S. */\nexport async function main(a: string) {}", 'argument "a" has no @param'],
    [
      "an empty @param",
      "/** S.\n * @param a */\nexport async function main(a: string) {}",
      'argument "a" has no @param',
    ],
    ["a stray @param", "/** S.\n * @param b B. */\nexport async function main() {}", '@param "b" is not an argument'],
    ["an unknown tag", "/** S.\n * @timeuot 60 */\nexport async function main() {}", "@timeuot is not a tag"],
    ["a wrong value", "/** S.\n * @timeout soon */\nexport async function main() {}", "@timeout is not a tag"],
    ["rest parameters", "/** S. */\nexport async function main(...a: string[]) {}", "cannot parse"],
  ])("names the file and what is wrong: %s", (_, code, message) => {
    expect(read(code).problems).toEqual([
      expect.objectContaining({ file: FILE, message: expect.stringContaining(message) }),
    ]);
  });

  it("takes a @param for a field of an object argument, and refuses one for a field it has not", () => {
    const main = "export async function main(route: { host: string }) {}";
    const { script, problems } = read(`/** S.\n * @param route R.\n * @param route.host H. */\n${main}`);
    expect(problems).toEqual([]);
    expect(script?.schema.properties.route?.properties?.host?.description).toBe("H.");
    expect(problemsOf(`/** S.\n * @param route R.\n * @param route.hots H. */\n${main}`)).toHaveLength(1);
  });
});

describe("metadataYaml", () => {
  it("has the keys of the pulled form, in its order", () => {
    const { script } = read(`/**
 * Opens a shop. Again.
 * @param project P.
 * @param db D.
 * @timeout 60
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres") {}
export async function preprocessor(event: object) { return {}; }
`);
    expect(script && metadataYaml(script)).toBe(`summary: Opens a shop
description: Again.
lock: '!inline f/infra/shop/ensure_shop.script.lock'
has_preprocessor: true
kind: script
schema:
  $schema: https://json-schema.org/draft/2020-12/schema
  type: object
  order:
    - project
    - db
  properties:
    db:
      type: object
      description: D.
      default: $res:f/infra/postgres
      format: resource-postgresql
    project:
      type: string
      description: P.
      default: null
      originalType: string
  required:
    - project
timeout: 60
`);
  });
});
