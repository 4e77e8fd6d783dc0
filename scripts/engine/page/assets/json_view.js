import { copyButton, fill, h } from "./dom.js";

/** Text longer than this is cut until somebody asks for all of it. */
const SHOWN_CHARS = 60_000;

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A value as indented JSON, or as it is when it is a text. @param {unknown} value */
export function jsonView(value) {
  const isText = typeof value === "string" && value.includes("\n");
  const text = isText ? value : JSON.stringify(value ?? null, null, 2);
  const code = h("pre", { class: "code-block json", tabindex: 0 });
  const shown = text.slice(0, SHOWN_CHARS);
  fill(code, isText ? shown : coloured(shown));
  const rest = text.length - shown.length;
  const all = h(
    "button",
    { type: "button", class: "quiet small", hidden: rest <= 0 },
    `Show ${rest.toLocaleString()} characters more`,
  );
  all.addEventListener("click", () => {
    fill(code, text);
    all.hidden = true;
  });
  return h(
    "div",
    { class: "json-box" },
    copyButton(() => text),
    code,
    all,
  );
}

/** @param {string} text @returns {(Node | string)[]} */
function coloured(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, string, colon = ""] = match;
    parts.push(text.slice(at, match.index));
    const kind = string === undefined ? "value" : colon ? "key" : "text";
    parts.push(h("span", { class: `json-${kind}` }, string ?? all), colon);
    at = match.index + all.length;
  }
  return [...parts, text.slice(at)];
}
