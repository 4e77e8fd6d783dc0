import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectName } from "../../../f/lib/names.ts";
import { usage } from "../failure.ts";
import { SITE } from "./section.ts";

/** `run8n.json`: what a project folder says of itself. */
export const MANIFEST = z.strictObject({
  $schema: z.string().optional(),
  /** The project's name on the server. */
  name: z.string().refine(isProjectName, "must be 2 to 40 characters of a-z, 0-9 and single -, starting with a letter"),
  /** The template it was made from. */
  template: z.string().regex(/^[a-z][a-z0-9-]*$/, "must be the name of a template"),
  /** The folder with the files to publish, below the one of run8n.json, and how they are served. */
  site: SITE.default("site"),
});

export type Manifest = z.infer<typeof MANIFEST>;

/** Reads and checks the manifest of a project folder. */
export function readManifest(dir: string): Manifest {
  const path = join(dir, "run8n.json");
  if (!existsSync(path))
    throw usage(
      `${dir} has no run8n.json, so it is not a project`,
      "Make one with `run8n new <name>`, or pass its folder.",
    );
  const read = MANIFEST.safeParse(parsed(path));
  if (read.success) return read.data;
  throw usage(
    `${path} is not as it should be:\n${z.prettifyError(read.error)}`,
    "Correct the file; templates/static/run8n.json is an example.",
  );
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw usage(`${path} is not JSON: ${error instanceof Error ? error.message : error}`, "Correct the file.");
  }
}

function isProjectName(value: string): boolean {
  try {
    return projectName(value) === value;
  } catch {
    return false;
  }
}
