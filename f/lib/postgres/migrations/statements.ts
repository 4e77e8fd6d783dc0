/**
 * One statement of a script, which begins at `start`, maybe with comments; `skeleton` is the same without them and with
 * the insides of texts taken out.
 */
export type Statement = { start: number; skeleton: string };

/** What a script consists of, as far as finding the ends of its statements goes; the longest first. */
const PIECE = new RegExp(
  [
    /--[^\n]*/,
    /\/\*/,
    /[eE]'(?:[^'\\]|\\[\s\S]|'')*'?/,
    /'[^']*(?:''[^']*)*'?/,
    /"[^"]*(?:""[^"]*)*"?/,
    /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/,
    /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/,
    /\d[\w.]*/,
    /\s+/,
    /[\s\S]/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "y",
);

/**
 * Cuts an SQL script into its statements as Postgres would, without running or changing any: semicolons in texts, names,
 * comments, function bodies (`$$ ... $$` and `begin atomic ... end`) do not end one. Empty statements are left out.
 */
export function statementsOf(script: string): Statement[] {
  const found: Statement[] = [];
  let start = 0;
  let skeleton = "";
  let body = 0; // how many `end`s a `begin atomic` still needs
  let before = "";
  const finish = (next: number) => {
    if (skeleton.trim()) found.push({ start, skeleton: skeleton.trim() });
    start = next;
    skeleton = "";
    body = 0;
  };
  for (let at = 0; at < script.length; ) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(script)![0];
    const word = piece.toLowerCase();
    if (piece === "/*") at = endOfComment(script, at);
    else if (piece.length > 1 && piece.startsWith("$")) {
      const end = script.indexOf(piece, at + piece.length);
      at = end < 0 ? script.length : end + piece.length;
      skeleton += "$$";
    } else {
      at += piece.length;
      if (piece === ";" && body === 0) finish(at);
      else if (!piece.startsWith("--")) skeleton += /^[eE]?'/.test(piece) ? "''" : /^\s/.test(piece) ? " " : piece;
    }
    if (word === "atomic" && before === "begin") body = 1;
    else if (body > 0 && word === "case") body++;
    else if (body > 0 && word === "end") body--;
    if (/^\w/.test(word)) before = word;
  }
  finish(script.length);
  return found;
}

/** Comments nest in Postgres; one without an end goes to the end of the script. */
function endOfComment(script: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(script); found; found = mark.exec(script)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return script.length;
}
