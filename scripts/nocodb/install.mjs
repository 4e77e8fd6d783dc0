import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The newest NocoDB that npm has; its image may be newer. */
export const VERSION = "0.301.3";
const NODE = "24.21.0";

/** It needs Node 22; a machine with an older one gets one of its own beside it, and so does a caller that is no Node. */
const isNode = !process.versions.bun && Number(process.versions.node.split(".")[0]) >= 22;
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;
const ownNode = isNode ? undefined : NODE_PACKAGE;

const MANIFEST = {
  private: true,
  dependencies: { nocodb: VERSION, express: "4.21.2", ...(ownNode ? { [ownNode]: NODE } : {}) },
  // The version that nocodb asks for is not on npm.
  overrides: { xlsx: "0.18.5" },
  allowScripts: { sqlite3: true, "nocodb-sdk": false },
};

/**
 * The Node that runs it: whoever calls, the one that was installed beside it, if one was.
 * @param {string} folder
 */
export function nodeOf(folder) {
  const beside = join(folder, "node_modules", NODE_PACKAGE, "bin/node");
  if (existsSync(beside)) return beside;
  return isNode ? process.execPath : "node";
}

/**
 * Installs NocoDB into a folder of its own, which takes a few minutes and 1.6 GB; done already is done.
 * @param {string} folder
 * @returns {boolean} whether it is there
 */
export function installNocodb(folder) {
  const mark = join(folder, "installed.json");
  if (existsSync(mark) && JSON.parse(readFileSync(mark, "utf8")).version === VERSION) return true;
  console.error(`run8n: installing NocoDB ${VERSION} into ${folder}, a few minutes and 1.6 GB …`);
  mkdirSync(folder, { recursive: true });
  rmSync(mark, { force: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(MANIFEST, null, 2)}\n`);
  const env = { ...process.env, ...(ownNode ? { npm_config_nodedir: join(folder, "node_modules", ownNode) } : {}) };
  const args = ["install", "--no-audit", "--no-fund", "--fetch-retries=0", "--loglevel=error"];
  if (spawnSync("npm", args, { cwd: folder, env, stdio: ["ignore", 2, 2] }).status !== 0) return false;
  writeFileSync(mark, JSON.stringify({ version: VERSION }));
  return true;
}
