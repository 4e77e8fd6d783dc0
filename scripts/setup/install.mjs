import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How each package manager installs, in the order in which they are looked for. */
const MANAGERS = {
  apt: ["apt-get", "install", "-y", "--no-install-recommends"],
  brew: ["brew", "install"],
  dnf: ["dnf", "install", "-y"],
  pacman: ["pacman", "-S", "--needed"],
  apk: ["apk", "add"],
};

/**
 * What to do about missing programs: install them ourselves, or say how. We install only where that asks nobody
 * anything and can be undone: apt, as root or with a sudo that needs no password.
 * @param {import("./programs.mjs").Program[]} missing
 * @param {{ has: (command: string) => boolean, root: boolean, sudo: boolean }} machine
 * @returns {{ kind: "install", sudo: boolean, packages: string[] } | { kind: "tell", command: string | undefined }}
 */
export function planInstall(missing, machine) {
  const names = /** @type {const} */ (["apt", "brew", "dnf", "pacman", "apk"]);
  const manager = names.find((name) => machine.has(/** @type {string} */ (MANAGERS[name][0])));
  if (!manager) return { kind: "tell", command: undefined };
  const packages = missing.map((program) => program[manager]);
  if (manager === "apt" && (machine.root || machine.sudo)) return { kind: "install", sudo: !machine.root, packages };
  const prefix = manager === "brew" || machine.root ? [] : ["sudo"];
  return { kind: "tell", command: [...prefix, ...MANAGERS[manager], ...packages].join(" ") };
}

/**
 * What root runs. Debian starts and enables the service of every server it installs; a policy that says no, gone when
 * we are, keeps them from starting, and disabling keeps them from starting with the machine. Only services that came
 * with this installation are touched. The package lists are fetched only when the installation fails without.
 */
const SCRIPT = `
export DEBIAN_FRONTEND=noninteractive
policy=\${RUN8N_POLICY_FILE:-/usr/sbin/policy-rc.d}
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\n# run8n is installing packages; without that process this file removes itself.\\nkill -0 %s 2>/dev/null && exit 101\\nrm -f "$0"\\n' $$ > "$policy"
  chmod 755 "$policy"
fi
install() { apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"; }
install "$@" || { apt-get update && install "$@"; } || exit 1
if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
  for package in "$@"; do
    case $package in postgresql | redis-server | caddy) systemctl disable --now $package ;; openssh-server) systemctl disable --now ssh ;; esac
  done
fi
exit 0
`;

/**
 * Installs Debian packages without a question and tells each line of what apt says. Returns the end of it when it failed.
 * @param {{ sudo: boolean, packages: string[] }} plan
 * @param {(line: string) => void} onLine
 * @returns {Promise<string | undefined>}
 */
export async function install({ sudo, packages }, onLine) {
  const argv = [...(sudo ? ["sudo", "-n"] : []), "sh", "-c", `exec 2>&1\n${SCRIPT}`, "run8n", ...packages];
  const [command, ...args] = /** @type {[string, ...string[]]} */ (argv);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  /** @type {string[]} */
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    onLine(line);
    lines.push(line);
  }
  return (await ended) === 0 ? undefined : lines.slice(-8).join("\n");
}
