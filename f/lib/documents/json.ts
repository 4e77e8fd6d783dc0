import { InvalidInputError } from "../errors.ts";
import { type Block, cleanText, type ParsedDocument } from "./blocks.ts";

const MAX_DEPTH = 50;

/** JSON, or one JSON value per line. Each element of a list and each member of an object is a block of its own. */
export function parseJson(source: string): ParsedDocument {
  const value = readValue(cleanText(source));
  if (Array.isArray(value)) return { title: "", blocks: value.flatMap((one) => textBlock(linesOf(one, "", 0))) };
  if (typeof value !== "object" || value === null) return { title: "", blocks: textBlock([String(value)]) };
  const entries = Object.entries(value);
  const simple = entries.filter(([, one]) => typeof one !== "object" || one === null);
  const title = simple.find(([key]) => /^(title|name)$/i.test(key))?.[1];
  const deep = entries.filter(([, one]) => typeof one === "object" && one !== null);
  return {
    title: typeof title === "string" ? title : "",
    blocks: [...textBlock(simple.flatMap(([key, one]) => linesOf(one, key, 0))), ...deep.flatMap(section)],
  };
}

function section([key, value]: [string, unknown]): Block[] {
  const parts = Array.isArray(value)
    ? value.flatMap((one) => textBlock(linesOf(one, "", 1)))
    : textBlock(linesOf(value, "", 1));
  return parts.length > 0 ? [{ kind: "heading", level: 1, text: key }, ...parts] : [];
}

/** `a.b: value`, one line for each value that is not empty. */
function linesOf(value: unknown, path: string, depth: number): string[] {
  if (value === null || value === undefined || value === "") return [];
  if (depth > MAX_DEPTH) throw unreadable(`is nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value !== "object") return [path ? `${path}: ${value}` : String(value)];
  return Object.entries(value).flatMap(([key, one]) =>
    linesOf(one, Array.isArray(value) ? path : path ? `${path}.${key}` : key, depth + 1),
  );
}

const textBlock = (lines: string[]): Block[] => (lines.length > 0 ? [{ kind: "text", text: lines.join("\n") }] : []);

function readValue(text: string): unknown {
  const one = parsed(text);
  if (one !== undefined) return one;
  const lines = text.split("\n").filter((line) => line.trim());
  const values = lines.map(parsed);
  if (lines.length < 2 || values.includes(undefined)) throw unreadable("is not valid JSON");
  return values;
}

/** Nothing for what is not JSON: the parser's own message quotes the text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unreadable = (what: string): InvalidInputError =>
  new InvalidInputError(`The document ${what}`, { hint: "Send valid JSON, or one JSON value per line." });
