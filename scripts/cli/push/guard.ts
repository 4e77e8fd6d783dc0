import { type Item, type Mark, markOf, matches, pathOf } from "./items.ts";

/** What we remember, in the workspace itself, of what we pushed there. */
export type Pushed = {
  /** The commit of the checkout that pushed last; null outside of git. */
  commit: string | null;
  items: Record<string, Mark>;
  /** What a push was about to write. It outlives the push only when that was cut short. */
  intent: Record<string, Mark>;
  /** Of every file of the last push, those that items are not compared by included; null while one is under way. */
  digest: string | null;
};

export type Reason =
  | "not pushed by run8n"
  | "changed in the workspace since the last push"
  | "pushed from a commit this checkout lacks";

export type Decision = {
  create: string[];
  update: string[];
  same: string[];
  delete: string[];
  /** Items at our own paths that a push would overwrite although they are not ours as they are. */
  conflicts: { key: string; reason: Reason }[];
  /** Items in our folders that a push leaves alone. */
  kept: { key: string; reason: Reason }[];
};

/**
 * Decides what a push may do. It writes only to paths that are free or hold what we pushed, and removes only what we
 * pushed, nobody changed, and this checkout is known to have dropped. Whatever else lies in our folders is kept.
 */
export function decide(state: {
  local: ReadonlyMap<string, Item>;
  remote: ReadonlyMap<string, Item>;
  pushed: Pushed;
  /** Whether a path lies in a folder that `wmill.yaml` includes. */
  isIncluded: (path: string) => boolean;
  /** Whether this checkout contains the commit that was pushed last, so that what it lacks was dropped on purpose. */
  containsPushedCommit: boolean;
}): Decision {
  const { local, remote, pushed } = state;
  const decision: Decision = { create: [], update: [], same: [], delete: [], conflicts: [], kept: [] };
  const isOurs = (item: Item) => matches(item, pushed.items[item.key]) || matches(item, pushed.intent[item.key]);
  const isKnown = (key: string) => key in pushed.items || key in pushed.intent;
  const strange = (key: string): Reason =>
    isKnown(key) ? "changed in the workspace since the last push" : "not pushed by run8n";

  for (const [key, item] of local) {
    const there = remote.get(key);
    if (!there) decision.create.push(key);
    else if (matches(there, markOf(item))) decision.same.push(key);
    else if (isOurs(there)) decision.update.push(key);
    else decision.conflicts.push({ key, reason: strange(key) });
  }
  for (const [key, there] of remote) {
    if (local.has(key)) continue;
    if (isKnown(key) && isOurs(there)) {
      if (state.containsPushedCommit) decision.delete.push(key);
      else decision.kept.push({ key, reason: "pushed from a commit this checkout lacks" });
    } else if (isKnown(key) || state.isIncluded(pathOf(key))) decision.kept.push({ key, reason: strange(key) });
  }
  return decision;
}
