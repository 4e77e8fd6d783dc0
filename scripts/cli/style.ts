export type Style = Record<"bold" | "dim" | "green" | "red" | "yellow" | "cyan", (text: string) => string>;

/** Colours where they are seen and welcome: on a terminal, unless NO_COLOR is set; FORCE_COLOR decides the other way. */
export function paint(stream: { isTTY?: boolean }, env: Record<string, string | undefined>): Style {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0";
  const on = !env.NO_COLOR && (forced || (Boolean(stream.isTTY) && env.TERM !== "dumb"));
  const code = (start: number, end: number) => (text: string) => (on ? `\x1b[${start}m${text}\x1b[${end}m` : text);
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    green: code(32, 39),
    red: code(31, 39),
    yellow: code(33, 39),
    cyan: code(36, 39),
  };
}
