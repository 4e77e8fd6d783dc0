import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { Failure, usage } from "../failure.ts";
import { type Kind, openWindmill, type Windmill } from "../windmill.ts";

export const callCommand = defineCommand({
  name: "call",
  summary: "Run a script or flow, wait for it and print its result",
  args: ["<path>", "key=value..."],
  options: REMOTE,
  examples: [
    "run8n call f/infra/health/check_services",
    "run8n call f/infra/sites/list_releases project=shop",
    "run8n call f/infra/caddy/list_routes limit:=5",
  ],
  async run({ values, args: [path = "", ...pairs], env }) {
    const windmill = openWindmill(connectionOf(values, env));
    const args = parsePairs(pairs);
    const result = await windmill.run(await kindAt(windmill, path), path, args);
    return { text: typeof result === "string" ? result : JSON.stringify(result, null, 2), document: result };
  },
});

async function kindAt(windmill: Windmill, path: string): Promise<Kind> {
  if (!/^[fug]\/[^/]+\/./.test(path))
    throw usage("a path has at least three parts, such as f/infra/health/check_services", "See: run8n call --help");
  if (await windmill.find(`scripts/get/p/${path}`)) return "script";
  if (await windmill.find(`flows/get/${path}`)) return "flow";
  throw new Failure(`the workspace has neither a script nor a flow at ${path}`, {
    hint: "Check the path, or deploy it with `run8n push`.",
  });
}

/** `name=text` and `name:=json`; a name given twice is a mistake. */
export function parsePairs(pairs: string[]): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name = "", kind, text = ""] = /^([A-Za-z_$][\w$]*)(:?=)([\s\S]*)$/.exec(pair) ?? [];
    if (!name)
      throw usage(
        `an argument is name=text or name:=json, got ${JSON.stringify(pair.slice(0, 40))}`,
        "Put text with spaces into quotes.",
      );
    if (Object.hasOwn(args, name))
      throw usage(`the argument ${name} is given twice`, "Give each argument once; a list is name:='[1, 2]'.");
    args[name] = kind === ":=" ? json(name, text) : text;
  }
  return args;
}

function json(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usage(
      `the value of ${name} is not JSON`,
      `Write ${name}=text for text; JSON needs quotes: ${name}:='{"a": 1}'.`,
    );
  }
}
