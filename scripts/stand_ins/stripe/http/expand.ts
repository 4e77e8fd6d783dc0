import type { World } from "../world.ts";
import { invalid } from "./problem.ts";

type Json = Record<string, unknown>;

/** Replaces ids by the objects they name, along paths such as `data.latest_invoice` or `items.data.price.product`. */
export function expand(world: World, answer: object, paths: string[]): object {
  const copy = structuredClone(answer) as Json;
  for (const path of paths) expandPath(world, copy, path.split("."), path);
  return copy;
}

function expandPath(world: World, at: unknown, [key, ...rest]: string[], path: string): void {
  if (key === undefined || at === null || at === undefined) return;
  if (Array.isArray(at)) {
    for (const item of at) expandPath(world, item, [key, ...rest], path);
    return;
  }
  const holder = at as Json;
  if (!Object.hasOwn(holder, key)) {
    throw invalid(`This property cannot be expanded (${path}).`, "expand[]");
  }
  if (typeof holder[key] === "string") holder[key] = structuredClone(world.store.get(holder[key]));
  expandPath(world, holder[key], rest, path);
}
