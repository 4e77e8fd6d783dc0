import type { Windmill } from "../windmill.ts";

/** Creates the folders that our paths begin with. One that exists keeps its owners and permissions. */
export async function ensureFolders(windmill: Windmill, names: string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const name of names) if (!(await windmill.find(`folders/get/${name}`))) missing.push(name);
  for (const name of missing) await windmill.post("folders/create", { name });
  return missing;
}
