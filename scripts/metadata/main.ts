import { join } from "node:path";
import { parseArgs } from "node:util";
import { deriveMetadata, isDerived } from "./derive.ts";
import { compare, mend, readTree } from "./files.ts";
import { printReport } from "./report.ts";

/** `npm run metadata [-- --check] [--json]`: writes, or checks, every file that follows from the scripts' sources. */
const { values } = parseArgs({ options: { check: { type: "boolean" }, json: { type: "boolean" } } });
const root = join(import.meta.dirname, "../..");

const { derived, problems } = deriveMetadata(root);
const stale = compare(readTree(root, ["f", "schemas", "wmill-lock.yaml"]), derived, isDerived);
if (!values.check) mend(root, derived, stale);
printReport(
  { stale, problems, total: derived.size },
  { check: values.check ?? false, json: values.json ?? false, command: "npm run metadata" },
);
