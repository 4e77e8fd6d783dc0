import { join } from "node:path";
import { parseArgs } from "node:util";
import { deriveMetadata, isDerived } from "./derive.ts";
import { compare, mend, readTree } from "./files.ts";
import { MANIFEST_SCHEMA, manifestSchema } from "./manifest.ts";
import { printReport } from "./report.ts";

/** `npm run metadata [-- --check] [--json]`: writes, or checks, every file that follows from the scripts' sources. */
const { values } = parseArgs({ options: { check: { type: "boolean" }, json: { type: "boolean" } } });
const root = join(import.meta.dirname, "../..");

const { derived, problems } = deriveMetadata(root);
for (const [file, text] of await manifestSchema(root)) derived.set(file, text);
const owned = (path: string) => isDerived(path) || path === MANIFEST_SCHEMA;
const stale = compare(readTree(root, ["f", "schemas", "wmill-lock.yaml"]), derived, owned);
if (!values.check) mend(root, derived, stale);
printReport(
  { stale, problems, total: derived.size },
  { check: values.check ?? false, json: values.json ?? false, command: "npm run metadata" },
);
