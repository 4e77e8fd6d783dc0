import type { Windmill } from "../windmill.ts";
import { kindOf, pathOf } from "./items.ts";

/** Removes one item as `wmill` would; a script is archived, so its versions can still be looked at and restored. */
export async function removeItem(windmill: Windmill, key: string): Promise<void> {
  const kind = kindOf(key);
  if (kind === "script") await windmill.post(`scripts/archive/p/${pathOf(key)}`, {});
  else await windmill.remove(`${kind}s/delete/${pathOf(key)}`);
}
