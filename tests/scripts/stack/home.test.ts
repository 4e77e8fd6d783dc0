import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHome, type Home, openHome, purgeHome, secretsOf } from "../../../scripts/stack/home.ts";

let folder: string;
let home: Home;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run8n-home-"));
  home = openHome(join(folder, "state"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a home", () => {
  it("makes up secrets once, long and for its owner's eyes only", () => {
    const secrets = secretsOf(home);
    expect(secretsOf(home)).toEqual(secrets);
    expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length);
    for (const secret of Object.values(secrets)) expect(secret).toMatch(/^[\w-]{32}$/);
    expect(statSync(join(home.dir, "secrets.json")).mode & 0o777).toBe(0o600);
  });

  it("replaces a file as a whole, and reads a broken one as none", () => {
    home.write("ports", { a: 1 });
    home.write("ports", { b: 2 });
    expect(readFileSync(join(home.dir, "ports.json"), "utf8")).toBe('{\n  "b": 2\n}\n');
    writeFileSync(join(home.dir, "ports.json"), '{ "b":');
    expect(home.read("ports")).toBeUndefined();
  });

  it("lets others pass but not look", () => {
    createHome(home);
    expect(statSync(home.dir).mode & 0o077).toBe(0o011);
  });

  it("goes away without what it did not make", () => {
    createHome(home);
    secretsOf(home);
    purgeHome(home);
    expect(existsSync(home.dir)).toBe(false);
    createHome(home);
    writeFileSync(join(home.dir, "mine"), "x");
    purgeHome(home);
    expect(existsSync(join(home.dir, "mine"))).toBe(true);
  });
});
