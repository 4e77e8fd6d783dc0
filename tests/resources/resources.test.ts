import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { readEnvironment } from "../../scripts/cli/push/environment.ts";
import { readTypes } from "../../scripts/cli/push/types.ts";

const FOLDER = resolve(import.meta.dirname, "../../resources");
const example = (name: string) => parse(readFileSync(join(FOLDER, "examples", name), "utf8"));
type Schema = { properties: Record<string, { type: string; enum?: string[] }>; required: string[]; order: string[] };

describe("resources/", () => {
  const types = readTypes(FOLDER);

  it("has an example for each type it defines and for each that scripts use", () => {
    const examples = readdirSync(join(FOLDER, "examples")).map((file) => file.replace(".yaml", ""));
    expect(examples).toEqual(expect.arrayContaining([...types.keys(), "postgresql", "redis"]));
  });

  it.each([...types])("describes every field of %s, and its example fits", (name, { schema }) => {
    const { properties, required, order } = schema as Schema;
    expect([...order].sort()).toEqual(Object.keys(properties).sort());
    const { type, value } = example(`${name}.yaml`);
    expect(type).toBe(name);
    expect(Object.keys(value)).toEqual(expect.arrayContaining(required));
    for (const [field, one] of Object.entries(value)) {
      const { type: wanted, enum: words } = properties[field] ?? { type: `no field ${field}` };
      const actual = Array.isArray(one) ? "array" : Number.isInteger(one) ? "integer" : typeof one;
      expect(actual, field).toBe(wanted);
      if (words) expect(words).toContain(one);
    }
  });

  it("has an environment to copy that a push accepts, with every connection that scripts ask for", () => {
    const folder = mkdtempSync(join(tmpdir(), "run8n-resources-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(join(FOLDER, "production.example.yaml"), join(folder, "production.yaml"));
    const paths = Object.keys(readEnvironment(folder, "production"));
    const asked = readdirSync(resolve(FOLDER, "../f/infra"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap(
        (file) => readFileSync(resolve(FOLDER, "../f/infra", file), "utf8").match(/(?<=\$res:)f\/infra\/\w+/g) ?? [],
      );
    expect(paths.sort()).toEqual([...new Set(asked)].sort());
  });
});
