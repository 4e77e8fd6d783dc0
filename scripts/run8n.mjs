#!/usr/bin/env node
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./setup/launch.mjs";
import { findBun } from "./stack/find.mjs";

// The command line runs on bun; this is what npm links, so it runs on any Node and hands everything over.
const scripts = dirname(fileURLToPath(import.meta.url));
const bun = findBun();
if (!bun) {
  console.error(
    "run8n: its npm packages are not installed\n  → Run `npm ci` in this checkout, or `npm start`, which does.",
  );
  process.exit(1);
}
await launch(bun, [join(scripts, "cli/main.ts"), ...process.argv.slice(2)]);
