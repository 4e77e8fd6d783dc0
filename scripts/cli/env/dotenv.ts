/** The name of a variable on a line of a `.env` file, or nothing for a line that sets none. */
const NAME = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/;

/**
 * A `.env` file with the given variables in it: lines that set them are replaced where they stand, missing ones are added
 * at the end, and everything else stays as somebody wrote it.
 */
export function withVariables(text: string, variables: Record<string, string>): string {
  const left = new Map(Object.entries(variables));
  const lines = text.split("\n").flatMap((line) => {
    const name = NAME.exec(line)?.[1];
    if (name === undefined || !Object.hasOwn(variables, name)) return [line];
    const isFirst = left.delete(name);
    return isFirst ? [assignment(name, variables[name] as string)] : [];
  });
  const kept = lines.join("\n").replace(/\n*$/, "");
  const added = [...left].map(([name, value]) => assignment(name, value));
  return `${[...(kept ? [kept] : []), ...added].join("\n")}\n`;
}

/** Quoted where a reader would stumble, by a mark that is not in the value: readers of such files know no escapes. */
function assignment(name: string, value: string): string {
  if (/^[\w./:@%?&=+,~-]*$/.test(value)) return `${name}=${value}`;
  const mark = ["'", "`", '"'].find((one) => !value.includes(one)) ?? "'";
  return `${name}=${mark}${value}${mark}`;
}
