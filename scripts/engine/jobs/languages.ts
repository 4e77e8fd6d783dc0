/** What runs a script: bun, bun with nothing but fetch and the web's interfaces, or Deno. */
export type RuntimeName = "bun" | "native" | "deno";

const LANGUAGES: Record<string, RuntimeName> = { bun: "bun", bunnative: "native", nativets: "native", deno: "deno" };

/** Words that a comment at the top of a bun script may consist of; each changes how the script is run. */
const ANNOTATIONS = ["npm", "nodejs", "native", "nobundling", "sandbox"];

/** True for a language that the engine runs. */
export const isServed = (language: string): boolean => Object.hasOwn(LANGUAGES, language);

/** The language a script is kept under: a bun script with a `//native` line is `bunnative`, all others stay what they are. */
export function languageOf(language: string, content: string): string {
  return language === "bun" && annotationsOf(content).has("native") ? "bunnative" : language;
}

export const runtimeOf = (language: string, content: string): RuntimeName =>
  LANGUAGES[languageOf(language, content)] ?? "bun";

/**
 * The annotations in the comment lines that a script begins with. A line counts when it holds annotations only, so that
 * a sentence with the word "native" in it changes nothing; the first line that is no comment ends them.
 */
function annotationsOf(content: string): Set<string> {
  const found = new Set<string>();
  for (const line of content.split("\n")) {
    if (!line.startsWith("//")) break;
    const words = line.match(/\w+/g) ?? [];
    if (words.every((word) => ANNOTATIONS.includes(word))) for (const word of words) found.add(word);
  }
  return found;
}
