import type { Files, Problem } from "./files.ts";

/**
 * The site a new project begins with, as a library that scripts can import: Windmill stores only code, so the text files
 * of `templates/<template>/site/` become one object per template.
 */
export function starterLibraries(files: Files): { files: Map<string, string>; problems: Problem[] } {
  const sites = new Map<string, [string, string][]>();
  const problems: Problem[] = [];
  for (const [file, text] of files) {
    const [, template, path] = file.match(/^templates\/([^/]+)\/site\/(.+)$/) ?? [];
    if (!template || !path) continue;
    if (text.includes("\uFFFD"))
      problems.push({ file, message: "a starter site holds text files only; this one is binary" });
    sites.set(template, [...(sites.get(template) ?? []), [path, text]]);
  }
  return {
    problems,
    files: new Map([...sites].map(([template, entries]) => [starterPath(template), library(template, entries)])),
  };
}

/** `templates/online-shop` → `f/lib/sites/starters/online_shop.ts`. */
export const starterPath = (template: string): string => `f/lib/sites/starters/${template.replaceAll("-", "_")}.ts`;

export const isStarter = (path: string): boolean => path.startsWith("f/lib/sites/starters/");

function library(template: string, entries: [string, string][]): string {
  const lines = entries.map(([path, text]) => `  ${JSON.stringify(path)}: ${JSON.stringify(text)},\n`);
  return `/**
 * The starter site of the template "${template}", by path. Derived from templates/${template}/site by \`npm run metadata\`;
 * edit it there.
 */
export const files: Record<string, string> = {
${lines.join("")}};
`;
}
