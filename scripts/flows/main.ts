import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare, mend, type Problem, readTree } from "../metadata/files.ts";
import { printReport } from "../metadata/report.ts";
import { pulledYaml } from "../metadata/yaml.ts";
import { type Flow, stepsOf } from "./flow.ts";
import { signaturesText } from "./signatures_text.ts";

/** `npm run flows [-- --check] [--json]`: compiles `flows/` to `f/`, with the signatures that type-check the sources. */
const { values } = parseArgs({ options: { check: { type: "boolean" }, json: { type: "boolean" } } });
const root = join(import.meta.dirname, "../..");
const SIGNATURES = "scripts/flows/signatures.ts";

const onDisk = readTree(root, ["f", "flows", "scripts/flows"]);
const scripts = new Map([...onDisk].filter(([file]) => /^f\/(infra|api)\/[^_].*\.ts$/.test(file)));
const derived = new Map([[SIGNATURES, signaturesText(scripts)]]);
const problems: Problem[] = [];

for (const source of onDisk.keys()) {
  if (!/^flows\/.*\.ts$/.test(source)) continue;
  const { default: flow } = (await import(join(root, source))) as { default: Flow };
  for (const { id, value } of stepsOf(flow)) {
    if (!existsSync(join(root, `${value.path}.ts`))) {
      problems.push({ file: source, message: `step "${id}" runs ${value.path}, which does not exist` });
    }
  }
  derived.set(source.replace(/^flows\/(.*)\.ts$/, "f/$1__flow/flow.yaml"), pulledYaml(flow));
}

const stale = compare(onDisk, derived, (path) => path.endsWith("__flow/flow.yaml"));
if (!values.check) mend(root, derived, stale);
printReport(
  { stale, problems, total: derived.size },
  { check: values.check ?? false, json: values.json ?? false, command: "npm run flows" },
);
