import { fill, h } from "./dom.js";

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are what this takes out.
const COLOURS = /\u001b\[[\d;]*[A-Za-z]/g;

/** A log that grows; it stays at its end as long as the reader does. */
export function logView() {
  const pre = h("pre", { class: "code-block log", hidden: true, tabindex: 0, role: "log", "aria-label": "Log" });
  const empty = h("p", { class: "soft nothing" }, "Nothing logged yet.");
  return {
    element: h("div", {}, pre, empty),
    /** @param {string} text */
    append(text) {
      const isAtEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 30;
      pre.append(text.replace(COLOURS, ""));
      pre.hidden = false;
      empty.hidden = true;
      if (isAtEnd) pre.scrollTop = pre.scrollHeight;
    },
    end() {
      if (!pre.firstChild) fill(empty, "Nothing was logged.");
    },
  };
}
