import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { usage } from "../failure.ts";

/** The names of the templates that can be copied. */
export const templatesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** Refuses what could not be copied: an unknown template, or a target that holds something already. */
export function checkCopy(templates: string, template: string, target: string): void {
  const known = templatesIn(templates);
  if (!known.includes(template))
    throw usage(`there is no template "${template}"`, `The templates are: ${known.join(", ")}.`);
  if (existsSync(join(target, "run8n.json")))
    throw usage(`${target} is a project already`, "Publish it with `run8n deploy`, or choose another name.");
  if (existsSync(target) && (!statSync(target).isDirectory() || readdirSync(target).length > 0))
    throw usage(`${target} exists and is not empty`, "Choose another name, or another place with --dir.");
}

/** What the manifest of a project of that name says once the template is copied. */
export const manifestIn = (templates: string, template: string, name: string): object =>
  JSON.parse(readFileSync(join(templates, template, "run8n.json"), "utf8").replaceAll("{{name}}", name));

/** Copies a template into a new folder and puts the project's name where `{{name}}` stands. */
export function copyTemplate(templates: string, template: string, target: string, name: string): void {
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(templates, template), target, { recursive: true });
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    const text = content.toString("utf8");
    // Only text: what is not the same after a round trip is a picture or a font.
    if (text.includes("{{name}}") && Buffer.from(text).equals(content))
      writeFileSync(path, text.replaceAll("{{name}}", name));
  }
}
