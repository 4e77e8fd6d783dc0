import { accessSync, constants, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** What an engine process is told when it is started. */
export type Settings = {
  port: number;
  dataDir: string;
  workspace: string;
  workers: number;
  /** A folder with `node_modules`, where the packages that scripts import are installed. */
  modules: string;
  /** Where bundled scripts lie. */
  bundles: string;
  /** How long a synchronous run may take until its caller is sent away, and the job canceled. */
  waitLimitSeconds: number;
  /** The administrator's token. */
  token: string;
};

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** Reads `--port --data --workspace [--workers] [--modules] [--bundles] [--wait-limit]` and the token from `RUN8N_ENGINE_TOKEN`; throws what is wrong. */
export function readSettings(argv: string[], token: string | undefined): Settings {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: "string" },
      data: { type: "string" },
      workspace: { type: "string" },
      workers: { type: "string", default: "4" },
      modules: { type: "string", default: REPOSITORY },
      bundles: { type: "string" },
      "wait-limit": { type: "string", default: "600" },
    },
  });
  const { data, workspace } = values;
  if (!data) throw new Error("--data <folder> is missing: where the engine keeps its state");
  if (!workspace || !/^[a-z0-9_-]{1,50}$/i.test(workspace)) throw new Error("--workspace <id> is missing or malformed");
  if (!token) throw new Error("RUN8N_ENGINE_TOKEN is not set: the token of the administrator");
  const modules = resolve(values.modules);
  if (!existsSync(join(modules, "node_modules"))) throw new Error(`--modules ${modules} has no node_modules folder`);
  return {
    port: wholeNumber("--port", values.port, 0, 65_535),
    dataDir: resolve(data),
    workspace,
    workers: wholeNumber("--workers", values.workers, 1, 64),
    modules,
    bundles: values.bundles ? resolve(values.bundles) : bundleFolder(modules, data),
    waitLimitSeconds: wholeNumber("--wait-limit", values["wait-limit"], 1, 86_400),
    token,
  };
}

/** Beside the packages, where every engine that runs on them finds what another made; else with the engine's state. */
function bundleFolder(modules: string, data: string): string {
  try {
    accessSync(join(modules, "node_modules"), constants.W_OK);
    return join(modules, "node_modules/.cache/run8n/bundles");
  } catch {
    return join(resolve(data), "bundles");
  }
}

function wholeNumber(flag: string, text: string | undefined, least: number, most: number): number {
  const number = Number(text ?? Number.NaN);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new Error(`${flag} must be a whole number from ${least} to ${most}`);
  return number;
}
