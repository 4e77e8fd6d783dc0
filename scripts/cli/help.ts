import { COMMON, type Command, type Option, REMOTE } from "./command.ts";
import type { Style } from "./style.ts";

export function overview(commands: Command[], { bold, dim, cyan }: Style): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return [
    `${bold("run8n")}: a production engine on your own server, driven over HTTP`,
    "",
    bold("Commands"),
    ...commands.map(({ name, summary }) => `  ${cyan(`run8n ${name.padEnd(width)}`)}${summary}`),
    "",
    dim(
      "Every command takes --json, --yes and --help; run8n help <command> says more. Exit codes: 0 done, 1 failed, 2 used wrongly.",
    ),
  ].join("\n");
}

export function commandHelp(command: Command, { bold, dim, cyan }: Style): string {
  const options: [string, Option][] = Object.entries({ ...command.options, ...COMMON });
  const flags = options.map(([name, { value, help }]) => ({
    name,
    flag: `--${name}${value ? ` ${value}` : ""}`,
    help,
  }));
  const width = Math.max(...flags.map(({ flag }) => flag.length)) + 2;
  const own = flags.filter(({ name }) => !(name in REMOTE || name in COMMON));
  const shared = flags.filter((one) => !own.includes(one));
  const lines = (some: typeof flags) => some.map(({ flag, help }) => `  ${cyan(flag.padEnd(width))}${help}`);
  return [
    command.summary,
    "",
    `${bold("Usage")}  ${["run8n", command.name, ...command.args, "[options]"].join(" ")}`,
    "",
    ...(own.length > 0 ? [...lines(own), ""] : []),
    ...lines(shared),
    ...(command.examples ? ["", bold("Examples"), ...command.examples.map((line) => `  ${dim("$")} ${line}`)] : []),
  ].join("\n");
}
