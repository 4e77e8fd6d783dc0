import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { packagesAreFresh } from "../../setup/packages.mjs";
import { entryOf } from "../../stack/catalogue.ts";
import { findBinary, findBun } from "../../stack/find.mjs";
import type { Home } from "../../stack/home.ts";
import { isFree, type Ports } from "../../stack/ports.ts";
import { lookAt } from "../../stack/stack.ts";
import { CHECKOUT } from "../connection.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";

/** Node, bun, npm packages, the servers' programs and the ports of this machine. */
export async function examineMachine(home: Home): Promise<Finding[]> {
  const programs = [
    program("postgres", ["--version"]),
    program("redis-server", ["--version"]),
    program("caddy", ["version"]),
  ];
  return [node(), bun(), packages(), ...(await Promise.all(programs)), ...(await servers(home))];
}

function node(): Finding {
  const path = findBinary("node");
  if (!path) return broken("machine", "node", "not on the PATH", "Install Node 20.19 or newer.");
  const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim();
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    return broken("machine", "node", version, "Install Node 20.19 or newer.");
  return ok("machine", "node", version);
}

function bun(): Finding {
  const wanted = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")).devDependencies.bun as string;
  const path = findBun();
  if (!path) return broken("machine", "bun", "missing among the npm packages", "Run: npm ci --include=optional");
  const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim();
  return version === wanted
    ? ok("machine", "bun", version)
    : broken("machine", "bun", `${version} instead of ${wanted}`, "Run: npm ci");
}

const packages = (): Finding =>
  packagesAreFresh(CHECKOUT)
    ? ok("machine", "npm packages", "as package-lock.json says")
    : broken("machine", "npm packages", "not as package-lock.json says", "Run: npm ci");

async function program(name: string, args: string[]): Promise<Finding> {
  const path = findBinary(name);
  if (!path) return broken("machine", name, "not installed", "Run `npm start`, which installs it or says how.");
  const { stdout } = await promisify(execFile)(path, args);
  return ok("machine", name, `${/\d+(\.\d+)+/.exec(stdout)?.[0] ?? "version unknown"}, ${path}`);
}

/** Each server of the local stack, and whether somebody else sits on the port of one that is down. */
async function servers(home: Home): Promise<Finding[]> {
  const ports = home.read<Ports>("ports");
  if (!ports) return [];
  return await Promise.all(
    (await lookAt(home)).map(async ({ name, state, pid }) => {
      const port = ports[entryOf(name).ports[0]];
      if (state === "running") return ok("machine", `local ${name}`, `process ${pid}, port ${port}`);
      if (state === "not answering")
        return broken(
          "machine",
          `local ${name}`,
          `process ${pid} does not answer`,
          `Run \`run8n up\`; read ${home.logs}/${name}.log.`,
        );
      if (await isFree(port))
        return warning("machine", `local ${name}`, "stopped", "Run `run8n up` if you want the local stack.");
      return warning(
        "machine",
        `local ${name}`,
        `stopped, and port ${port} is in use`,
        "`run8n up` will take another port.",
      );
    }),
  );
}
