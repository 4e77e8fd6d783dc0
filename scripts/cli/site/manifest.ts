import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OperationError } from "../../../f/lib/errors.ts";
import { type Manifest, manifestOf } from "../../../f/lib/projects/manifest.ts";
import { usage } from "../failure.ts";

/** Reads and checks `run8n.json`, the manifest of a project folder. */
export function readManifest(dir: string): Manifest {
  const path = join(dir, "run8n.json");
  if (!existsSync(path))
    throw usage(
      `${dir} has no run8n.json, so it is not a project`,
      "Make one with `run8n new <name>`, or pass its folder.",
    );
  const value = parsed(path);
  try {
    return manifestOf(value);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    throw usage(`${path} is not as it should be: ${error.message}`, error.hint);
  }
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw usage(`${path} is not JSON: ${error instanceof Error ? error.message : error}`, "Correct the file.");
  }
}
