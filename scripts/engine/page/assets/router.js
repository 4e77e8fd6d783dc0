/**
 * @typedef {{ name: "runs" | "run" | "script" | "flow", path: string, query: URLSearchParams }} Place
 */

/** Where the address says we are: `#/scripts/f/a/b?from=<id>`. @param {string} hash @returns {Place} */
export function placeOf(hash) {
  const [where = "", search] = hash.replace(/^#\/?/, "").split("?", 2);
  const query = new URLSearchParams(search);
  const [head, ...rest] = where.split("/");
  const path = rest.map(decode).join("/");
  if (head === "scripts" && path) return { name: "script", path, query };
  if (head === "flows" && path) return { name: "flow", path, query };
  if (head === "runs" && path) return { name: "run", path, query };
  return { name: "runs", path: "", query };
}

/** @param {string} path */
const encoded = (path) => path.split("/").map(encodeURIComponent).join("/");

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a script's or flow's page. @param {"script" | "flow"} kind @param {string} path @param {string} [from] */
export const toRunnable = (kind, path, from) =>
  `#/${kind}s/${encoded(path)}${from ? `?from=${encodeURIComponent(from)}` : ""}`;

/** @param {string} id */
export const toRun = (id) => `#/runs/${encodeURIComponent(id)}`;

/** @param {Record<string, string>} [filter] */
export function toRuns(filter = {}) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
  return query.size ? `#/runs?${query}` : "#/runs";
}

/** A path as the API's addresses take it. @param {string} path */
export const inAddress = encoded;
