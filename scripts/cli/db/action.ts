import type { Option, Outcome } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import type { Windmill } from "../windmill.ts";

/** What `run8n db <action>` does; each has a file of its own beside this one and a line in `../commands/db.ts`. */
export type DbAction = {
  summary: string;
  /** Names of its own positional arguments, as help shows them. */
  args: string[];
  /** Those of its own; where to talk to, `--dir` and `--project` are there for all. */
  options: Record<string, Option>;
  run(context: DbContext): Promise<Outcome>;
};

export type DbContext = {
  /** The project's name, from `--project` or from run8n.json. */
  project: string;
  /** The project's folder. */
  dir: string;
  args: string[];
  values: Record<string, string | boolean | undefined>;
  windmill: Windmill;
  terminal: Terminal;
};
