import pg from "pg";

/** What comes back as JSON: times in ISO 8601 and UTC, bytes as hexadecimal, large numbers as text, all else as it is. */
const asText = (text: string): string => text;
const PARSERS: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.BYTEA]: asText,
  [pg.types.builtins.DATE]: asText,
  [pg.types.builtins.INTERVAL]: asText,
  [pg.types.builtins.TIMESTAMP]: (text) => text.replace(" ", "T"),
  [pg.types.builtins.TIMESTAMPTZ]: (text) => text.replace(" ", "T").replace(/\+00$/, "Z"),
};

/** For `types` of a query; needs a session whose time zone is UTC. */
export const JSON_TYPES = {
  getTypeParser: (type: number, format?: "text" | "binary") =>
    PARSERS[type] ?? pg.types.getTypeParser(type as never, format as never),
} as pg.CustomTypesConfig;

/** Column names, each once: a join may give two of one name, and a row is an object. */
export function uniqueNames(names: string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
