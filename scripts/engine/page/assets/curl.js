/** A shell word that stands for exactly this text. @param {string} text */
const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/**
 * The command that runs the same thing from a shell and waits for the result. The token is the caller's own.
 * @param {{ origin: string, workspace: string, kind: "script" | "flow", path: string, args: Record<string, unknown> }} run
 */
export function curlOf({ origin, workspace, kind, path, args }) {
  const letter = kind === "flow" ? "f" : "p";
  const url = `${origin}/api/w/${workspace}/jobs/run_wait_result/${letter}/${path}`;
  return [
    `curl -sS -H "Authorization: Bearer $WM_TOKEN" -H 'content-type: application/json'`,
    `-d ${quoted(JSON.stringify(args))}`,
    quoted(url),
  ].join(" \\\n  ");
}
