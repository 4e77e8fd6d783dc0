import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { findBun } from "../find.mjs";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

export const WORKSPACE = "windmill_automations";

const ENGINE = resolve(import.meta.dirname, "../../engine/main.ts");

/** The local engine, which speaks enough of Windmill's API for the real `wmill` and `windmill-client`. */
export function windmillServer({ dir, port, token }: { dir: string; port: number; token: string }): Server {
  const bun = findBun();
  if (!bun) throw new Error("bun is not installed; run `npm ci`");
  return {
    name: "windmill",
    argv: [bun, ENGINE, "--port", String(port), "--data", join(dir, "data"), "--workspace", WORKSPACE],
    prepare: () => void mkdirSync(dir, { recursive: true }),
    env: { RUN8N_ENGINE_TOKEN: token },
    ready: () => answers(port, "GET /api/version HTTP/1.0\r\nHost: localhost\r\n\r\n", /^HTTP\/1\.\d 200/),
  };
}
