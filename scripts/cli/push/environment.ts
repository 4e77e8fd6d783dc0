import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { Failure, usage } from "../failure.ts";
import type { Windmill } from "../windmill.ts";
import { canonical } from "./items.ts";
import type { Ensured } from "./types.ts";

/** A connection that scripts ask for: the type and value of one Windmill resource. */
export type Connections = Record<string, { type: string; description?: string; value: Record<string, unknown> }>;

const FILE = z.record(
  z.string().regex(/^f\/infra\/[a-z0-9_]+$/, "a connection's path is f/infra/<name>"),
  z.strictObject({ type: z.string(), description: z.string().optional(), value: z.record(z.string(), z.unknown()) }),
);
const SECRET = /password|passwd|secret|token|private_?key|access_?key|api_?key/i;

/** Creates connections. One that exists keeps its value unless `replace` is given. */
export async function ensureConnections(
  windmill: Windmill,
  wanted: Connections,
  { dryRun, replace }: { dryRun: boolean; replace: boolean },
): Promise<Ensured[]> {
  await requireVariables(windmill, wanted);
  return await Promise.all(
    Object.entries(wanted).map(async ([path, { type, description, value }]): Promise<Ensured> => {
      const there = await windmill.find<{ value?: unknown }>(`resources/get/${path}`);
      if (!there) {
        if (!dryRun) await windmill.post("resources/create", { path, value, resource_type: type, description });
        return { name: path, status: "created" };
      }
      if (canonical(there.value) === canonical(value)) return { name: path, status: "unchanged" };
      if (!replace) return { name: path, status: "kept" };
      if (!dryRun) await windmill.post(`resources/update_value/${path}`, { value });
      return { name: path, status: "updated" };
    }),
  );
}

/** Reads and checks the file. What looks like a secret must be a reference: the file is in git. */
export function readEnvironment(folder: string, environment: string): Connections {
  const file = join(folder, `${environment}.yaml`);
  if (!/^[a-z0-9_-]+$/.test(environment) || !existsSync(file))
    throw usage(`there is no environment "${environment}"`, `Copy resources/production.example.yaml to ${file}.`);
  const read = FILE.safeParse(parse(readFileSync(file, "utf8")));
  if (!read.success)
    throw usage(
      `resources/${environment}.yaml is malformed:\n${z.prettifyError(read.error)}`,
      "See resources/README.md.",
    );
  for (const [path, { value }] of Object.entries(read.data))
    for (const [name, one] of Object.entries(value))
      if (SECRET.test(name) && one !== "" && !String(one).startsWith("$var:"))
        throw usage(
          `resources/${environment}.yaml: ${name} of ${path} is written out, and this file is in git`,
          `Put it into a secret variable and write "$var:f/infra/<name>" here.`,
        );
  return read.data;
}

async function requireVariables(windmill: Windmill, wanted: Connections): Promise<void> {
  const named = Object.values(wanted).flatMap(({ value }) => Object.values(value));
  const paths = named.flatMap((one) => (typeof one === "string" && one.startsWith("$var:") ? [one.slice(5)] : []));
  const missing: string[] = [];
  for (const path of new Set(paths))
    if (!(await windmill.find<boolean>(`variables/exists/${path}`))) missing.push(path);
  if (missing.length === 0) return;
  throw new Failure(`the workspace lacks the secrets that the connections refer to: ${missing.join(", ")}`, {
    hint: "Create them as secret variables in Windmill, then push again.",
    details: { missing },
  });
}
