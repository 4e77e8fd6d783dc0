import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { defineCommand } from "../../../scripts/cli/command.ts";
import { completionScript, SHELLS, wordsAfter } from "../../../scripts/cli/completion.ts";

const command = (name: string, args: string[] = [], options = {}) =>
  defineCommand({ name, args, options, summary: `It's ${name}`, run: async () => undefined });
const commands = [
  command("up", [], { detach: { type: "boolean", help: "" } }),
  command("update"),
  command("db", ["<migrate|status>", "[argument]"]),
];

/** What a real bash offers at the end of a line. */
function offered(...words: string[]): string[] {
  const script = `${completionScript("bash", commands)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_run8n; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\n").filter(Boolean);
}

describe("completion", () => {
  it.each([
    [
      ["run8n", "up"],
      ["up", "update"],
    ],
    [["run8n", "x"], []],
    [["run8n", "up", "--d"], ["--detach"]],
    [["run8n", "db", "m"], ["migrate"]],
    [["run8n", "db", "--js"], ["--json"]],
    [["run8n", "nothing", ""], []],
  ])("offers after %j what fits: %j", (line, words) => {
    expect(offered(...line)).toEqual(words);
  });

  it("knows actions and flags, and no placeholder", () => {
    expect(wordsAfter({ args: ["<name>"], options: {} })).toEqual(["--json", "--yes", "--help"]);
    expect(wordsAfter({ args: ["<a|b>"], options: {} })).toEqual(["a", "b", "--json", "--yes", "--help"]);
  });

  it.each(SHELLS)("names every command for %s, and quotes what it says", (shell) => {
    const script = completionScript(shell, commands);
    for (const { name } of commands) expect(script).toContain(name);
    if (shell === "fish") expect(script).toContain("'It\\'s up'");
  });
});
