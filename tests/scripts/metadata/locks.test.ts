import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeTree } from "../../../scripts/metadata/files.ts";
import { lockWriter, packagesOf } from "../../../scripts/metadata/locks.ts";
import { NO_DEPENDENCIES } from "../../../scripts/metadata/no_dependencies.ts";

const root = join(import.meta.dirname, "../../..");
const bun = join(root, "node_modules/.bin/bun");
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

describe("packagesOf", () => {
  const packages = packagesOf(
    new Map([
      ["f/lib/errors.ts", "export const e = 1;"],
      ["f/lib/postgres/connect.ts", 'import pg from "pg";\nimport { e } from "../errors.ts";'],
      ["f/lib/a.ts", 'import { b } from "./b.ts";\nimport { x } from "@scope/name/deep";'],
      [
        "f/lib/b.ts",
        'import { a } from "./a.ts";\nimport "node:fs";\nimport "crypto";\nimport type { T } from "ssh2";',
      ],
      ["f/infra/s.ts", 'import { c } from "../lib/postgres/connect.ts";\nimport { a } from "../lib/a.ts";'],
      ["f/infra/types.ts", 'import type { Sql } from "../lib/postgres/connect.ts";'],
    ]),
  );

  it.each([
    ["its own imports", "f/lib/postgres/connect.ts", ["pg"]],
    ["those of what it imports, a circle included", "f/infra/s.ts", ["@scope/name", "pg"]],
    ["no Node module and no package of types alone", "f/lib/b.ts", ["@scope/name"]],
    ["nothing through an import of types", "f/infra/types.ts", []],
    ["nothing without imports", "f/lib/errors.ts", []],
  ])("finds %s", (_, file, expected) => {
    expect(packages(file)).toEqual(expected);
  });
});

describe("a lock", () => {
  const lock = lockWriter(root, bun);
  const write = (...packages: string[]): string => {
    const text = lock("f/infra/s.ts", packages);
    if (typeof text !== "string") throw new Error(text.message);
    return text;
  };

  it("without packages is the constant that Windmill writes", () => {
    expect(write()).toBe(NO_DEPENDENCIES);
  });

  it("has exactly the needed packages, at the versions of package.json", () => {
    const [manifest = "", bunLock = ""] = write("pg", "windmill-client").split("\n//bun.lock\n");
    const versions = { pg: dependencies.pg, "windmill-client": dependencies["windmill-client"] };
    expect(JSON.parse(manifest)).toEqual({ dependencies: versions });
    expect(manifest).toBe(JSON.stringify({ dependencies: versions }, null, 2));
    expect(bunLock).toContain(`"pg": ["pg@${versions.pg}", "", {`);
    expect(bunLock).not.toContain("ioredis");
  });

  it("gives the packages below them the versions that npm installed here", () => {
    const installed = JSON.parse(readFileSync(join(root, "node_modules/pg-protocol/package.json"), "utf8")).version;
    expect(write("pg")).toContain(`"pg-protocol@${installed}"`);
  });

  it("is in the format that the bun of the worker reads, and names no machine", () => {
    const [, bunLock = ""] = write("pg").split("\n//bun.lock\n");
    expect(bunLock).toContain('"lockfileVersion": 1,');
    expect(bunLock).not.toMatch(/https?:|"name": "run8n"/);
  });

  it("names no machine either where npm remembers one", () => {
    const folder = mkdtempSync(join(tmpdir(), "run8n-locks-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const manifest = { name: "elsewhere", dependencies: { zod: dependencies.zod } };
    const npm = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
    npm.packages["node_modules/zod"].resolved = "https://packages.example.com/mirror/zod.tgz";
    writeTree(
      folder,
      new Map(
        Object.entries({ "package.json": manifest, "package-lock.json": npm }).map(([name, value]) => [
          name,
          JSON.stringify(value),
        ]),
      ),
    );
    expect(lockWriter(folder, bun)("f/x.ts", ["zod"])).toContain(`["zod@${dependencies.zod}", "", {}`);
  });

  it("cannot be written for a package that is not a dependency of the repository", () => {
    expect(lock("f/infra/s.ts", ["left-pad"])).toEqual({
      file: "f/infra/s.ts",
      message: expect.stringContaining('"left-pad", which is not among the dependencies'),
    });
  });
});
