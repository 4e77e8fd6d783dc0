import { parse } from "csv-parse/sync";
import { InvalidInputError } from "../errors.ts";
import { cleanText, oneLine, type ParsedDocument } from "./blocks.ts";

const DELIMITERS = [",", ";", "\t", "|"];

/** A table whose first line names the columns. The delimiter is the one that the first line has most of. */
export function parseCsv(source: string): ParsedDocument {
  const text = cleanText(source);
  const [first = ""] = text.split("\n", 1);
  const delimiter = DELIMITERS.toSorted((one, other) => first.split(other).length - first.split(one).length)[0]!;
  const [header = [], ...rows] = records(text, delimiter);
  return rows.length === 0 && header.length === 0
    ? { title: "", blocks: [] }
    : { title: "", blocks: [{ kind: "table", header, rows }] };
}

function records(text: string, delimiter: string): string[][] {
  try {
    const found = parse(text, { delimiter, relax_column_count: true, skip_empty_lines: true, relax_quotes: true });
    return (found as string[][]).map((row) => row.map(oneLine));
  } catch {
    // The parser's own message quotes the text, so it is left behind.
    throw new InvalidInputError("The document is not valid CSV", { hint: "Check for a quote that is not closed." });
  }
}
