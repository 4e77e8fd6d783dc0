import { describe, expect, it } from "vitest";
import { decide, type Pushed } from "../../../../scripts/cli/push/guard.ts";
import { type Item, markOf } from "../../../../scripts/cli/push/items.ts";

const script = (content: string): Item => ({ key: "script:f/infra/a/x", content });
const ours = script("ours");
const older = script("older");
const theirs = script("theirs");
const items = (...all: (Item | undefined)[]) =>
  new Map(all.flatMap((item) => (item ? [[item.key, item] as const] : [])));
const pushed = (item?: Item, intent?: Item): Pushed => ({
  commit: "c",
  items: item ? { [item.key]: markOf(item) } : {},
  intent: intent ? { [intent.key]: markOf(intent) } : {},
  digest: null,
});

const NEVER = "not pushed by run8n";
const CHANGED = "changed in the workspace since the last push";
const UNKNOWN = "pushed from a commit this checkout lacks";

describe("decide", () => {
  it.each<[string, Parameters<typeof state>[0], string, string?]>([
    ["a free path", { local: ours }, "create"],
    ["the same content", { local: ours, remote: ours }, "same"],
    ["the same content, pushed by plain wmill", { local: ours, remote: ours, pushed: pushed() }, "same"],
    ["an older version of ours", { local: ours, remote: older, pushed: pushed(older) }, "update"],
    ["one that a cut-short push wrote", { local: ours, remote: older, pushed: pushed(theirs, older) }, "update"],
    ["one that a cut-short push did not reach", { local: ours, remote: older, pushed: pushed(older, ours) }, "update"],
    ["somebody else's item", { local: ours, remote: theirs }, "conflicts", NEVER],
    ["ours, edited in the workspace", { local: ours, remote: theirs, pushed: pushed(older) }, "conflicts", CHANGED],
    ["one that we dropped", { remote: ours, pushed: pushed(ours) }, "delete"],
    ["one that we dropped after a cut-short push", { remote: ours, pushed: pushed(undefined, ours) }, "delete"],
    ["one that we dropped, edited there", { remote: theirs, pushed: pushed(ours) }, "kept", CHANGED],
    ["one that a newer checkout pushed", { remote: ours, pushed: pushed(ours), contains: false }, "kept", UNKNOWN],
    ["somebody else's item in our folder", { remote: theirs }, "kept", NEVER],
  ])("%s", (_, given, verdict, reason) => {
    const { key } = ours;
    const expected = { create: [], update: [], same: [], delete: [], conflicts: [], kept: [] };
    expect(decide(state(given))).toEqual({ ...expected, [verdict]: [reason ? { key, reason } : key] });
  });

  it("says nothing of what lies outside our folders", () => {
    const decision = decide({ ...state({ remote: theirs }), isIncluded: () => false });
    expect(decision.kept).toEqual([]);
  });

  it("removes what we dropped also when its whole folder is no longer ours", () => {
    const decision = decide({ ...state({ remote: ours, pushed: pushed(ours) }), isIncluded: () => false });
    expect(decision.delete).toEqual([ours.key]);
  });
});

function state(given: { local?: Item; remote?: Item; pushed?: Pushed; contains?: boolean }) {
  return {
    local: items(given.local),
    remote: items(given.remote),
    pushed: given.pushed ?? pushed(),
    isIncluded: () => true,
    containsPushedCommit: given.contains ?? true,
  };
}
