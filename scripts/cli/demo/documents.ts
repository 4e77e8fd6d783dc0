import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../connection.ts";

/** What this repository says of itself, as documents to be searched: a small corpus that is no toy. */
export function repositoryDocuments(): { id: string; text: string }[] {
  const templates = readdirSync(join(CHECKOUT, "templates")).map((name) => `templates/${name}/README.md`);
  return ["README.md", "CLAUDE.md", "scripts/engine/README.md", "resources/README.md", ...templates].map((id) => ({
    id,
    text: readFileSync(join(CHECKOUT, id), "utf8"),
  }));
}
