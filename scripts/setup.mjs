import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { install, planInstall } from "./setup/install.mjs";
import { launch } from "./setup/launch.mjs";
import { installPackages, packagesAreFresh } from "./setup/packages.mjs";
import { missingPrograms } from "./setup/programs.mjs";
import { findBun } from "./stack/find.mjs";

// What `npm start`, `npm test`, `npm run demo`, `npm run check` and `npm run test:nocodb` call: makes a fresh machine ready,
// then does the job.

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [job = "run8n", ...args] = process.argv.slice(2);

requireNode();
requirePackages();
if (job === "check") process.exit(check());
await requirePrograms();
if (job === "test") await launch(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...args]);
if (job === "test:nocodb") await launch(process.execPath, [join(root, "scripts/nocodb/test.mjs"), ...args]);
await launch(process.execPath, [join(root, "scripts/run8n.mjs"), ...args]);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    stop(2, `Node ${process.versions.node} is too old; 20.19 is the oldest that works`, "Install a newer Node.");
}

function requirePackages() {
  if (!packagesAreFresh(root)) {
    const progress = report("installing npm packages");
    if (!installPackages(root)) stop(1, "npm ci failed; its own words stand above", "Try again: it starts over.");
    progress.done();
  }
  if (!findBun()) stop(1, "there is no bun for this machine among the npm packages", "Run: npm ci --include=optional");
}

async function requirePrograms() {
  const kind = job.startsWith("test") ? "test" : "run8n";
  let missing = missingPrograms(kind);
  if (missing.length === 0) return;
  const asRoot = process.getuid?.() === 0;
  const machine = { has, root: asRoot, sudo: !asRoot && has("sudo") && spawnSync("sudo", ["-n", "true"]).status === 0 };
  const essential = () => missing.filter(({ optional }) => !optional);
  let tried = false;
  for (const wanted of [essential(), missing.filter(({ optional }) => optional)].filter(({ length }) => length > 0)) {
    const plan = planInstall(wanted, machine);
    if (plan.kind !== "install") continue;
    tried = true;
    const progress = report(`installing ${plan.packages.join(" ")} with apt-get, a minute or two`);
    const failure = await install(plan, progress.line);
    if (failure) console.error(failure);
    progress.done(failure ? "failed" : undefined);
  }
  missing = missingPrograms(kind);
  for (const { names, optional } of missing) if (optional) console.error(`run8n: no ${names[0]} on this machine`);
  if (essential().length === 0) return;
  const plan = planInstall(essential(), { ...machine, sudo: false, root: false });
  const command = plan.kind === "tell" ? plan.command : undefined;
  stop(
    tried ? 1 : 2,
    `missing on this machine: ${essential()
      .map(({ names }) => names[0])
      .join(", ")}`,
    command ? `Install with:\n\n    ${command}\n` : "Install PostgreSQL, Redis and Caddy so that they are on the PATH.",
  );
}

/** Types, lint, everything derived and the conventions; all of them run, so that one round shows all there is to fix. */
function check() {
  const bun = /** @type {string} */ (findBun());
  const conventions = "--config=tests/conventions/vitest.config.ts"; // one without the servers that other tests need
  const steps = /** @type {const} */ ([
    ["types", process.execPath, "node_modules/typescript/bin/tsc"],
    ["format and lint", process.execPath, "node_modules/@biomejs/biome/bin/biome", "check", "."],
    ["metadata", bun, "scripts/metadata/main.ts", "--check"],
    ["flows", bun, "scripts/flows/main.ts", "--check"],
    [
      "conventions",
      process.execPath,
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=dot",
      "--root=.",
      conventions,
    ],
  ]);
  const failed = steps.filter(([name, command, ...rest]) => {
    const { status } = spawnSync(command, rest, { cwd: root, stdio: "inherit" });
    console.error(`${status === 0 ? "✓" : "✗"} ${name}`);
    return status !== 0;
  });
  return failed.length === 0 ? 0 : 1;
}

function has(/** @type {string} */ command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function report(/** @type {string} */ what) {
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  let shown = started;
  console.error(`run8n: ${what} …`);
  return {
    /** Shows now and then what the installer is at. */
    line(/** @type {string} */ text) {
      if (Date.now() - shown < 2000) return;
      shown = Date.now();
      console.error(`run8n:   ${elapsed()}  ${text.slice(0, 100)}`);
    },
    done: (how = "done") => console.error(`run8n: ${how} in ${elapsed()}`),
  };
}

/** @returns {never} */
function stop(/** @type {number} */ code, /** @type {string} */ message, /** @type {string} */ hint) {
  console.error(`run8n: ${message}\n  → ${hint}`);
  process.exit(code);
}
