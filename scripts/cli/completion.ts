import { COMMON, type Command } from "./command.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The flags and words that may follow a command: `--json`, and the actions of one such as `run8n db <migrate|status>`. */
export function wordsAfter({ args, options }: Pick<Command, "args" | "options">): string[] {
  const actions = /^<(.+\|.+)>$/.exec(args[0] ?? "")?.[1]?.split("|") ?? [];
  return [...actions, ...Object.keys({ ...options, ...COMMON }).map((flag) => `--${flag}`)];
}

/** A script that the shell reads once; it holds all names, so that completing starts no process of ours. */
export function completionScript(shell: Shell, commands: Command[]): string {
  return { bash, zsh, fish }[shell](commands);
}

const names = (commands: Command[]): string => commands.map(({ name }) => name).join(" ");

const cases = (commands: Command[]): string =>
  commands.map((command) => `    ${command.name}) found="${wordsAfter(command).join(" ")}" ;;`).join("\n");

/** Files are offered too: many commands take a project's folder. */
const bash = (commands: Command[]): string => `_run8n() {
  local found="" current="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then found="${names(commands)}"; else case "\${COMP_WORDS[1]}" in
${cases(commands)}
  esac; fi
  COMPREPLY=($(compgen -W "$found" -- "$current"))
}
complete -o default -F _run8n run8n`;

const zsh = (commands: Command[]): string => `#compdef run8n
_run8n() {
  local found=""
  if (( CURRENT == 2 )); then found="${names(commands)}"; else case "\${words[2]}" in
${cases(commands)}
  esac; fi
  compadd -- \${=found}
  _files
}
compdef _run8n run8n`;

const fish = (commands: Command[]): string =>
  commands
    .flatMap((command) => [
      `complete -c run8n -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
      ...wordsAfter(command).map((word) => {
        const when = `-n '__fish_seen_subcommand_from ${command.name}'`;
        return word.startsWith("--")
          ? `complete -c run8n ${when} -l ${word.slice(2)}`
          : `complete -c run8n ${when} -a ${word}`;
      }),
    ])
    .join("\n");

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
