import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const BUN = resolve("node_modules/.bin/bun");

/**
 * Bundles the code as a worker does and runs it on Bun in an empty folder with an empty environment: what passes here
 * needs nothing of Node's and nothing that a bundle leaves out. The code exports `main`; its JSON result is answered.
 */
export async function runOnBun(code: string, args: unknown[]): Promise<unknown> {
  const dir = mkdtempSync(join(tmpdir(), "run8n-bun-"));
  try {
    writeFileSync(join(dir, "main.ts"), code.replaceAll("@f/", `${resolve("f")}/`));
    writeFileSync(
      join(dir, "run.ts"),
      `import { readFileSync } from "node:fs";
      import { main } from "./main.ts";
      const result = await main(...JSON.parse(readFileSync("args.json", "utf8")));
      console.log(JSON.stringify(result ?? null));`,
    );
    writeFileSync(join(dir, "args.json"), JSON.stringify(args));
    await promisify(execFile)(BUN, ["build", "--target", "bun", "run.ts", "--outfile", "bundle.js"], { cwd: dir });
    const { stdout } = await promisify(execFile)(BUN, ["bundle.js"], { cwd: dir, env: {} });
    return JSON.parse(stdout);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
