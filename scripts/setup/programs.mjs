import { findBinary } from "../stack/find.mjs";

/**
 * What must be on the machine, and what each package manager calls it. `only` limits a program to the jobs that need
 * it; `optional` ones are worth an attempt but not a failure.
 * @typedef {{ names: string[], apt: string, brew: string, dnf: string, pacman: string, apk: string,
 *   only?: string[], optional?: boolean }} Program
 * @type {Program[]}
 */
export const programs = [
  {
    names: ["postgres"],
    apt: "postgresql",
    brew: "postgresql@16",
    dnf: "postgresql-server",
    pacman: "postgresql",
    apk: "postgresql",
  },
  {
    names: ["redis-server"],
    apt: "redis-server",
    brew: "redis",
    dnf: "redis",
    pacman: "redis",
    apk: "redis",
  },
  { names: ["caddy"], apt: "caddy", brew: "caddy", dnf: "caddy", pacman: "caddy", apk: "caddy" },
  {
    names: ["sshd"],
    apt: "openssh-server",
    brew: "openssh",
    dnf: "openssh-server",
    pacman: "openssh",
    apk: "openssh-server",
    only: ["test"],
  },
  { names: ["curl"], apt: "curl", brew: "curl", dnf: "curl", pacman: "curl", apk: "curl", only: ["test"] },
  {
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    apt: "chromium",
    brew: "chromium",
    dnf: "chromium",
    pacman: "chromium",
    apk: "chromium",
    only: ["test"],
    optional: true,
  },
];

/**
 * The programs that the job needs and this machine lacks.
 * @param {string} job `run8n` or `test`
 * @returns {Program[]}
 */
export function missingPrograms(job) {
  return programs.filter(({ names, only }) => (!only || only.includes(job)) && !names.some((name) => findBinary(name)));
}
