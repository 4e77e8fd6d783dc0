import { parseArgs } from "node:util";
import { usage } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

export type Option = {
  type: "string" | "boolean";
  /** Shown in help; a string option names its value in capitals there. */
  help: string;
  value?: string;
};
type Options = Record<string, Option>;

/** What a command is given: checked arguments, and where to speak. */
export type Input<O extends Options = Options> = {
  values: { [K in keyof O]?: O[K]["type"] extends "boolean" ? boolean : string };
  args: string[];
  terminal: Terminal;
  env: Record<string, string | undefined>;
};

/** What a command has done: one sentence (or a small table) for people, the same as a document for programs. */
export type Outcome = { text: string; document: unknown; exitCode?: 0 | 1 };

export type Command<O extends Options = Options> = {
  name: string;
  summary: string;
  /** Names of positional arguments as help shows them: `<name>`, `[dir]`, `key=value...`. */
  args: string[];
  options: O;
  /** Shown at the end of the command's help. */
  examples?: string[];
  /** Returns nothing when it has answered already. */
  run(input: Input<O>): Promise<Outcome | undefined>;
};

/** Ties the types of a command's options to what its `run` receives. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command => command as unknown as Command;

/** Options that every command takes. */
export const COMMON = {
  json: { type: "boolean", help: "answer with one JSON document on standard output" },
  yes: { type: "boolean", help: "ask nothing, which no command does today" },
  help: { type: "boolean", help: "show this help" },
} as const satisfies Options;

/** Options of commands that work on a stack of this machine. */
export const LOCAL = {
  state: { type: "string", value: "DIR", help: "where the stack keeps its state (default: .run8n, or $RUN8N_HOME)" },
} as const satisfies Options;

/** Options of commands that talk to a Windmill. */
export const REMOTE = {
  ...LOCAL,
  "base-url": {
    type: "string",
    value: "URL",
    help: "the Windmill to talk to (default: $BASE_URL, or the local stack)",
  },
  token: { type: "string", value: "TOKEN", help: "its token (default: $WM_TOKEN)" },
  workspace: { type: "string", value: "ID", help: "its workspace (default: $WM_WORKSPACE)" },
} as const satisfies Options;

/** Reads the arguments of a command; unknown flags and wrong counts are usage errors. */
export function parse(command: Command, argv: string[]): Pick<Input, "values" | "args"> {
  const see = `See: run8n ${command.name} --help`;
  const { values, positionals } = (() => {
    try {
      const options = { ...command.options, ...COMMON };
      return parseArgs({ args: argv, options, allowPositionals: true, strict: true });
    } catch (error) {
      throw usage(`run8n ${command.name}: ${firstSentence(error)}`, see);
    }
  })();
  const needed = command.args.filter((name) => name.startsWith("<"));
  if (positionals.length < needed.length)
    throw usage(`run8n ${command.name} needs ${needed.slice(positionals.length).join(" ")}`, see);
  const endless = command.args.some((name) => name.endsWith("..."));
  if (!endless && positionals.length > command.args.length)
    throw usage(
      `run8n ${command.name} takes ${command.args.join(" ") || "no arguments"}, got ${positionals.length}`,
      see,
    );
  return { values: values as Input["values"], args: positionals };
}

const firstSentence = (error: unknown) =>
  error instanceof Error
    ? (error.message.split(". ")[0] ?? "").replace(/^\w/, (letter) => letter.toLowerCase())
    : "bad arguments";
