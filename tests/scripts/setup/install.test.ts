import { describe, expect, it } from "vitest";
import { planInstall } from "../../../scripts/setup/install.mjs";
import { programs } from "../../../scripts/setup/programs.mjs";

const caddy = programs.filter(({ names }) => names.includes("caddy"));
const machine = (commands: string[], rights: { root?: boolean; sudo?: boolean } = {}) => ({
  has: (command: string) => commands.includes(command),
  root: false,
  sudo: false,
  ...rights,
});

describe("planInstall", () => {
  it.each([
    ["Debian, root", machine(["apt-get"], { root: true }), { kind: "install", sudo: false, packages: ["caddy"] }],
    ["Debian, sudo", machine(["apt-get"], { sudo: true }), { kind: "install", sudo: true, packages: ["caddy"] }],
    [
      "Debian, sudo wants a password",
      machine(["apt-get"]),
      { kind: "tell", command: "sudo apt-get install -y --no-install-recommends caddy" },
    ],
    ["Debian with Linuxbrew", machine(["brew", "apt-get"], { sudo: true }), { kind: "install", sudo: true }],
    ["a Mac", machine(["brew"], { sudo: true }), { kind: "tell", command: "brew install caddy" }],
    ["Fedora as root", machine(["dnf"], { root: true }), { kind: "tell", command: "dnf install -y caddy" }],
    ["neither", machine([]), { kind: "tell", command: undefined }],
  ])("on %s", (_, here, plan) => {
    expect(planInstall(caddy, here)).toMatchObject(plan);
  });
});
