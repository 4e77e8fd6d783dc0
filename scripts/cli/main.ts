import { COMMON, type Command, parse } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { type Failure, toFailure, usage } from "./failure.ts";
import { commandHelp, overview } from "./help.ts";
import { paint } from "./style.ts";
import { openTerminal } from "./terminal.ts";

/** Runs one command line and returns its exit code. */
async function main(argv: string[], env: Record<string, string | undefined>): Promise<0 | 1 | 2> {
  const before = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  // `npm run demo --json` keeps the flag for itself and passes it on in this variable.
  const json = before.includes("--json") || (env.npm_lifecycle_event !== undefined && env.npm_config_json === "true");
  const terminal = openTerminal({ json, env });
  try {
    const [name, ...rest] = argv;
    const about = name === "help" && rest[0] !== undefined && !rest[0].startsWith("-") ? rest[0] : undefined;
    if (name === undefined || (name === "help" && about === undefined) || name === "--help") {
      const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
      await terminal.answer(overview(commands, terminal.style), describe(commands));
      return 0;
    }
    const wanted = about ?? name;
    const load = Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted] : undefined;
    if (!load)
      throw usage(`run8n has no command "${wanted}"`, `The commands are: ${Object.keys(COMMANDS).join(", ")}.`);
    const command = await load();
    if (about !== undefined || before.includes("--help")) {
      await terminal.answer(commandHelp(command, terminal.style), describe([command]));
      return 0;
    }
    const outcome = await command.run({ ...parse(command, rest), terminal, env });
    if (outcome) await terminal.answer(outcome.text, outcome.document);
    return outcome?.exitCode ?? 0;
  } catch (error) {
    const failure = toFailure(error);
    await report(failure, terminal, env);
    return failure.exitCode;
  }
}

async function report(
  failure: Failure,
  terminal: ReturnType<typeof openTerminal>,
  env: typeof process.env,
): Promise<void> {
  const { red, dim } = paint(process.stderr, env);
  terminal.note(`${red("✗")} ${failure.message}\n  ${dim("→")} ${failure.hint}`);
  const { message, hint, details } = failure;
  if (terminal.json) await terminal.answer("", { error: { message, hint, ...details } });
}

const describe = (commands: Command[]) => ({
  commands: commands.map(({ name, summary, args, options }) => ({
    name,
    summary,
    args,
    options: { ...options, ...COMMON },
  })),
});

process.exit(await main(process.argv.slice(2), process.env));
