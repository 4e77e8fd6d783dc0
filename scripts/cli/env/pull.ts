import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProjectEnv } from "../../../f/lib/projects/env.ts";
import { usage } from "../failure.ts";
import type { ProjectAction } from "../project_actions.ts";
import { withVariables } from "./dotenv.ts";

export const pull: ProjectAction = {
  summary: "write what the app needs into .env",
  args: [],
  options: {
    file: { type: "string", value: "NAME", help: "the file to write, in the project's folder (default: .env)" },
    "dry-run": { type: "boolean", help: "show the names of the variables, and write nothing" },
  },
  async run({ project, dir, values, windmill, terminal }) {
    const name = String(values.file ?? ".env");
    if (!/^[\w.-]+$/.test(name)) throw usage("the file must be a plain name, such as .env.local", "Leave --file out.");
    const file = join(dir, name);
    const { variables } = (await terminal.step("env", () =>
      windmill.runOnce("f/infra/projects/get_env", { project }),
    )) as ProjectEnv;
    const names = Object.keys(variables);
    const document = { project, file, variables: names, dryRun: values["dry-run"] === true };
    if (values["dry-run"])
      return { text: [`${file} would get:`, ...names.map((one) => `  ${one}`)].join("\n"), document };
    writeSecretly(file, withVariables(existsSync(file) ? readFileSync(file, "utf8") : "", variables));
    const ignored = ignore(dir, name);
    const text = `${names.length} variables of ${project} are in ${file}, which only you may read${ignored ? ", and git ignores it" : ""}.`;
    return { text, document };
  },
};

/** Never readable by others, also while it is written, and never half written. */
function writeSecretly(file: string, text: string): void {
  writeFileSync(`${file}.next`, text, { mode: 0o600 });
  chmodSync(`${file}.next`, 0o600);
  renameSync(`${file}.next`, file);
}

/** Keeps the file out of git; answers whether a line had to be added for that. */
function ignore(dir: string, name: string): boolean {
  const path = join(dir, ".gitignore");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const patterns = text.split("\n").map((line) => line.trim().replace(/^\//, ""));
  if (patterns.some((one) => one === name || one === ".env*" || one === "*")) return false;
  writeFileSync(path, `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${name}\n`);
  return true;
}
