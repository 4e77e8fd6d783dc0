import { join, resolve } from "node:path";
import { findBun } from "../find.mjs";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

const STAND_INS = resolve(import.meta.dirname, "../../stand_ins");

export type StandInOptions = {
  /** The folder below `scripts/stand_ins`. */
  service: string;
  dir: string;
  port: number;
  /** What it answers with 2xx once it is up. */
  healthPath: string;
  env?: Record<string, string>;
};

/** A stand-in for a service that cannot be installed here, as a process of its own with its state in `<dir>/data`. */
export function standInServer({ service, dir, port, healthPath, env }: StandInOptions): Server {
  const bun = findBun();
  if (!bun) throw new Error("bun is not installed; run `npm ci`");
  return {
    name: service,
    argv: [bun, join(STAND_INS, service, "main.ts"), "--port", String(port), "--data", join(dir, "data")],
    env,
    ready: () => answers(port, `GET ${healthPath} HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`, /^HTTP\/1\.\d 2/),
  };
}
