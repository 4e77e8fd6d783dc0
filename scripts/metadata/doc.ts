/** A doc comment in the parts that Windmill shows: a title, the rest of the text, one text per argument. */
export type Doc = {
  summary: string;
  description: string;
  /** By argument, or by a dotted path into an object argument: `route.host`. */
  params: Map<string, string>;
  /** All other tags in their order, such as `@timeout 60`. */
  tags: { name: string; text: string }[];
};

const BLOCK = String.raw`/\*\*((?:(?!\*/)[\s\S])*)\*/`;

/** The doc comment that stands right before `main`. */
export function docOfMain(code: string): Doc | undefined {
  const found = code.match(new RegExp(`${BLOCK}\\s*export\\s+(?:async\\s+)?function\\s+main\\b`));
  return found ? parseDoc(found[1] ?? "") : undefined;
}

/** A library is described by the comment its file begins with, else by that of the first thing it exports. */
export function docOfLibrary(code: string): Doc | undefined {
  const found =
    code.match(new RegExp(`^${BLOCK}`)) ??
    code.match(new RegExp(`^${BLOCK}\\s*export\\b`, "m")) ??
    code.match(new RegExp(`^${BLOCK}`, "m"));
  return found ? parseDoc(found[1] ?? "") : undefined;
}

function parseDoc(comment: string): Doc {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const doc: Doc = { summary: "", description: "", params: new Map(), tags: [] };
  const [text = "", ...tags] = lines.join("\n").split(/^\s*@(?=\w)/m);
  for (const tag of tags) {
    const [, name = "", rest = ""] = tag.match(/^(\w+)\s*([\s\S]*)$/) ?? [];
    if (name === "param") {
      const [, argument = "", meaning = ""] = rest.match(/^(\S+)\s*(?:- )?([\s\S]*)$/) ?? [];
      doc.params.set(argument, paragraphs(meaning));
    } else doc.tags.push({ name, text: paragraphs(rest) });
  }
  const whole = paragraphs(text);
  const end = whole.search(/(?<!\b(?:e\.g|i\.e|etc|vs))[.!?](?=\s|$)|\n/);
  doc.summary = end < 0 ? whole : whole.slice(0, end);
  doc.description = end < 0 ? "" : whole.slice(end + 1).trim();
  return doc;
}

/** Joins the lines of each paragraph; blank lines and list items keep their line break. */
function paragraphs(text: string): string {
  return text
    .trim()
    .replace(/[ \t]*\n(?!\s*(?:\n|[-*] |\d+\. ))[ \t]*/g, (_, at: number, all: string) =>
      all[at - 1] === "\n" ? "\n" : " ",
    )
    .replace(/\n{2,}/g, "\n\n")
    .trim();
}
