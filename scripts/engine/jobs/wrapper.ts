import type { Signature } from "../parser.ts";

/** Own properties of an error that the engine does not publish as `extra`: they are there already, or mean nothing. */
const NOT_EXTRA = ["line", "name", "stack", "column", "message", "sourceURL", "originalLine", "originalColumn"];

/**
 * The program a job runs: reads `args.json`, calls the entry point with the arguments in declared order, and writes what
 * came of it to `result.json`. With a preprocessor its result takes the place of the arguments first. It uses Bun's own
 * file functions because loading `node:fs` would double the time that a small script takes.
 */
export function wrapperCode(main: Signature, preprocessor: Signature | undefined, entrypoint: string): string {
  return `import * as Main from "./main.js";

BigInt.prototype.toJSON = function () { return this.toString(); };

const { file, write } = Bun;
const save = (name, value) => write(name, JSON.stringify(value ?? null, (_, one) => one === undefined ? null : one));
const isStream = (value) => value !== null && typeof value === "object" && typeof value[Symbol.asyncIterator] === "function";

async function run() {
  let args = (await file("args.json").json()) ?? {};
${preprocessor ? preprocess(preprocessor) : ""}
  if (typeof Main[${JSON.stringify(entrypoint)}] !== "function") throw new Error("${entrypoint} function is missing");
  let result = await Main[${JSON.stringify(entrypoint)}](${callOf(main, !preprocessor)});
  if (isStream(result)) {
    for await (const part of result) console.log("WM_STREAM: " + String(part).replace(/\\n/g, "\\\\n"));
    result = null;
  }
  await save("result.json", result);
  process.exit(0);
}

try {
  await run();
} catch (error) {
  console.error(error);
  const told = { message: error.message, name: error.name, stack: error.stack };
  const step = process.env.WM_FLOW_STEP_ID;
  if (step) told.step_id = step;
  const extra = {};
  for (const key of Object.getOwnPropertyNames(error)) {
    if (!${JSON.stringify(NOT_EXTRA)}.includes(key)) extra[key] = error[key];
  }
  if (Object.keys(extra).length > 0) told.extra = extra;
  await save("result.json", told);
  process.exit(1);
}
`;
}

const preprocess = (signature: Signature): string => `
  if (typeof Main.preprocessor !== "function") throw new Error("preprocessor function is missing");
  args = await Main.preprocessor(${callOf(signature, true)});
  await save("preprocessed.json", args);
`;

/** `args["a"], args["b"]`: by the parser's order. Only a parameter declared as Date becomes one. */
export function callOf({ args }: Signature, dates: boolean): string {
  return args
    .map((arg) => {
      const value = argumentOf(arg);
      return dates && arg.typ === "datetime" ? `${value} ? new Date(${value}) : undefined` : value;
    })
    .join(", ");
}

/** The expression that takes an argument from `args`. */
export const argumentOf = ({ name }: Signature["args"][number]): string => `args[${JSON.stringify(name)}]`;
