/**
 * What Windmill does to the text of an expression before it is evaluated. It is done here in the same way, text for
 * text, so that an expression that fails there (say, `results.a` inside a callback that is not async) fails here too.
 */

const STEP_RESULT = /(?:results|flow_env)\??(?:\.[a-zA-Z_0-9]+|\[".*?"\])/gm;
const STATEMENT = [
  "const ",
  "let ",
  "var ",
  "if ",
  "if(",
  "for ",
  "for(",
  "while ",
  "while(",
  "switch ",
  "switch(",
  "try ",
  "try{",
  "throw ",
  "function ",
  "class ",
  "async ",
  "await ",
];

/** The body of an async function that evaluates the expression: lookups awaited, `return` in front if it is bare. */
export function functionBody(expression: string): string {
  let text = expression.trim();
  for (const lookup of ["variable", "resource", "flow_user_state"]) text = awaitCalls(text, lookup);
  text = text.replace(STEP_RESULT, "(await $&)");
  return isBare(text) ? `return ${text};` : text;
}

/** `results.a.b`, `flow_input.x` and `flow_env.x`, which Windmill looks up without an interpreter; else undefined. */
export function simplePath(expression: string): { root: string; path: string[] } | undefined {
  const text = expression.trim();
  const step = /^results\??\.([a-zA-Z_0-9]+)(?:\[(\d+)\])?((?:\.[a-zA-Z_0-9]+)+)?$/.exec(text);
  if (step) {
    const [, id, index, rest] = step as unknown as [string, string, string | undefined, string | undefined];
    const keys = rest?.slice(1).split(".") ?? [];
    return { root: "results", path: [id, ...(index === undefined ? [] : [index]), ...keys] };
  }
  const value = /^(flow_input|flow_env)(?:\.([a-zA-Z_]\w*)|\["([^"\\]+)"\])$/.exec(text);
  return value ? { root: value[1] as string, path: [(value[2] ?? value[3]) as string] } : undefined;
}

function awaitCalls(text: string, name: string): string {
  const [before = "", ...calls] = text.split(`${name}(`);
  return before + calls.map((call) => `(await ${name}(${closeAfterCall(call)}`).join("");
}

function closeAfterCall(call: string): string {
  let level = 1;
  let end = 0;
  for (const character of call) {
    if (character === "(") level++;
    else if (character === ")") level--;
    if (level === 0) break;
    end += character.length;
  }
  return `${call.slice(0, end)})${call.slice(end)}`;
}

function isBare(text: string): boolean {
  if (text === "") return true;
  if (text === "return" || text.startsWith("return ") || text.startsWith("return;")) return false;
  return !STATEMENT.some((start) => text.startsWith(start)) && !hasSemicolon(text);
}

function hasSemicolon(text: string): boolean {
  let quote = "";
  let previous = "";
  for (const character of text) {
    if (quote === "" && character === ";") return true;
    if (previous !== "\\" && (quote === character || (quote === "" && "'\"`".includes(character)))) {
      quote = quote === "" ? character : "";
    }
    previous = character;
  }
  return false;
}
