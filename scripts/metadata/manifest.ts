import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const SOURCE = "f/lib/projects/manifest.ts";
export const MANIFEST_SCHEMA = "schemas/project.schema.json";

/** The JSON Schema of `run8n.json` for editors and other tools, from the one the server checks by; none where there is none. */
export async function manifestSchema(root: string): Promise<[string, string][]> {
  if (!existsSync(join(root, SOURCE))) return [];
  const { MANIFEST } = (await import(join(root, SOURCE))) as { MANIFEST: z.ZodType };
  const schema = z.toJSONSchema(MANIFEST, { io: "input" });
  return [[MANIFEST_SCHEMA, `${JSON.stringify(schema, null, 2)}\n`]];
}
