import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findBinary } from "../../stack/find.mjs";
import { CHECKOUT, type Connection } from "../connection.ts";
import { Failure } from "../failure.ts";

/** One file that `wmill` would write, as its dry run names it. */
export type Change = { type: "added" | "edited" | "deleted"; path: string };

const CLI = join(CHECKOUT, "node_modules/windmill-cli/esm/main.js");

/**
 * Runs the real `wmill sync push` on a staged copy. It never deletes: what goes is decided by us and named one by one.
 * The token goes through the environment, which other users of the machine cannot see, and an empty settings folder
 * keeps profiles of this user out of it.
 */
export async function wmillPush(dir: string, to: Connection, options: { dryRun: boolean }): Promise<Change[]> {
  const settings = join(dir, ".wmill-settings");
  mkdirSync(settings, { recursive: true });
  const args = [CLI, "sync", "push", "--yes", "--keep-deleted", "--json-output", "--skip-branch-validation"];
  if (options.dryRun) args.push("--dry-run");
  const child = spawn(findBinary("node") ?? process.execPath, [...args, "--parallel", "4", "--config-dir", settings], {
    cwd: dir,
    env: {
      PATH: process.env.PATH,
      HOME: settings,
      GIT_CEILING_DIRECTORIES: dir,
      NO_COLOR: "1",
      BASE_URL: to.url,
      WM_TOKEN: to.token,
      WM_WORKSPACE: to.workspace,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once("close", resolve).once("error", reject)),
  ]);
  const answer = lastDocument(out);
  if (code !== 0 || !answer?.success) {
    const said = `${answer?.message ?? ""}\n${answer ? "" : out}\n${err}`.trim().split("\n").slice(-12).join("\n");
    throw new Failure(`wmill sync push failed with exit code ${code}:\n${said}`, {
      hint: "What was written before stays; run the same push again once the cause is gone.",
      details: { failed: answer?.failed },
    });
  }
  return answer.changes ?? [];
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

type Answer = { success: boolean; message?: string; changes?: Change[]; failed?: unknown };

/** The document at the end of the output, behind whatever `wmill` says before. */
function lastDocument(out: string): Answer | undefined {
  const start = out.startsWith("{") ? 0 : out.indexOf("\n{") + 1;
  try {
    return JSON.parse(out.slice(start));
  } catch {
    return undefined;
  }
}
