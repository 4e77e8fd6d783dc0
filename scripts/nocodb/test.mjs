import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../setup/launch.mjs";
import { installNocodb } from "./install.mjs";

// What `npm run test:nocodb` calls: everything that is tested with the stand-in once more, with the real NocoDB in its place.

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(root, ".run8n/nocodb-real");
const TESTS = ["tests/contracts/nocodb", "tests/f/lib/nocodb", "tests/f/infra/nocodb"];

if (!installNocodb(folder)) {
  console.error("run8n: NocoDB could not be installed; npm's own words stand above\n  → Try again: it goes on.");
  process.exit(1);
}
const args = process.argv.slice(2);
const wanted = args.some((one) => !one.startsWith("-")) ? args : [...TESTS, ...args];
// The real one takes its time, on a busy machine most of all.
const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--testTimeout=300000", "--hookTimeout=300000"];
await launch(process.execPath, [...vitest, ...wanted], {
  cwd: root,
  env: { ...process.env, RUN8N_NOCODB: folder },
});
