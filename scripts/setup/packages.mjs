import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * True when node_modules holds what package-lock.json asks for. npm writes its own account of an installation last,
 * so one that was interrupted does not count. Packages for other platforms may be absent.
 * @param {string} root the checkout
 * @returns {boolean}
 */
export function packagesAreFresh(root) {
  try {
    const read = (/** @type {string} */ path) => JSON.parse(readFileSync(join(root, path), "utf8")).packages;
    const wanted = read("package-lock.json");
    const installed = read("node_modules/.package-lock.json");
    return Object.keys(wanted).every((path) => {
      if (path === "") return true;
      const { version, integrity, optional, devOptional } = wanted[path];
      const found = installed[path];
      return found ? found.version === version && found.integrity === integrity : Boolean(optional || devOptional);
    });
  } catch {
    return false;
  }
}

/**
 * Installs exactly what package-lock.json says. npm's own output goes to standard error: standard output belongs to
 * the command that runs afterwards.
 * @param {string} root the checkout
 * @returns {boolean} whether it worked
 */
export function installPackages(root) {
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  const args = [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm passes its own flags on as settings; `--json` was meant for us.
  const { npm_config_json: _, ...env } = process.env;
  return spawnSync(/** @type {string} */ (command), args, { cwd: root, env, stdio: ["ignore", 2, 2] }).status === 0;
}
