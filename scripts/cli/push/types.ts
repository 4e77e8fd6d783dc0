import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Step } from "../../stack/stack.ts";
import { ApiFailure, type Windmill } from "../windmill.ts";
import { canonical } from "./items.ts";

export type Ensured = { name: string; status: "created" | "updated" | "unchanged" | "kept" };

type ResourceType = { description: string; schema: unknown };

const SUFFIX = ".resource-type.yaml";
/** Ends the description of every type we create; without it, a type of that name is somebody else's and stays. */
const SIGNATURE = "(run8n)";

/** Creates the resource types of `resources/` that the workspace lacks, and brings those that we created up to date. */
export async function ensureTypes(
  windmill: Windmill,
  { checkout, dryRun, step }: { checkout: string; dryRun: boolean; step: Step },
): Promise<Ensured[]> {
  const types = readTypes(join(checkout, "resources"));
  if (types.size === 0) return [];
  return await step("types", () => Promise.all([...types].map((type) => ensureType(windmill, type, dryRun))), summary);
}

export const summary = (ensured: Ensured[]): string =>
  (["created", "updated", "unchanged", "kept"] as const)
    .map((status) => [ensured.filter((one) => one.status === status).length, status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${status}`)
    .join(", ");

export function readTypes(folder: string): Map<string, ResourceType> {
  const files = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  return new Map(
    files
      .sort()
      .map((file) => [file.slice(0, -SUFFIX.length), parse(readFileSync(join(folder, file), "utf8")) as ResourceType]),
  );
}

async function ensureType(
  windmill: Windmill,
  [name, wanted]: [string, ResourceType],
  dryRun: boolean,
): Promise<Ensured> {
  const { schema } = wanted;
  const description = `${wanted.description.trim()} ${SIGNATURE}`;
  const there = await findType(windmill, name);
  if (!there) {
    if (!dryRun) await windmill.post("resources/type/create", { name, description, schema });
    return { name, status: "created" };
  }
  if (
    canonical({ ...there.schema, description: there.description }) === canonical({ ...asObject(schema), description })
  )
    return { name, status: "unchanged" };
  if (!there.description?.endsWith(SIGNATURE)) return { name, status: "kept" };
  if (!dryRun) await windmill.post(`resources/type/update/${name}`, { description, schema });
  return { name, status: "updated" };
}

/** Some versions answer 404 for a missing type, some 500 with the database's words. */
async function findType(windmill: Windmill, name: string) {
  try {
    return await windmill.find<{ schema?: object; description?: string }>(`resources/type/get/${name}`);
  } catch (error) {
    if (error instanceof ApiFailure && /no rows/i.test(error.message)) return undefined;
    throw error;
  }
}

const asObject = (value: unknown) => (typeof value === "object" && value !== null ? value : {});
