import type { Step } from "../../stack/stack.ts";
import { Failure } from "../failure.ts";
import type { Windmill } from "../windmill.ts";
import { contains, headOf } from "./commit.ts";
import { ensureFolders } from "./folders.ts";
import { type Decision, decide, type Pushed } from "./guard.ts";
import { type Item, markOf, matches } from "./items.ts";
import { readPushed, writePushed } from "./record.ts";
import { readRemote } from "./remote.ts";
import { removeItem } from "./remove.ts";
import { type Stage, stage } from "./stage.ts";
import { type Change, wmillPush } from "./wmill.ts";

export type PushResult = { changes: Change[]; decision: Decision; folders: string[] };

export type PushOptions = {
  checkout: string;
  dryRun: boolean;
  /** Take over what lies at our paths and is not ours as it is. */
  adopt: boolean;
  /** The workspace is nobody else's, so what was pushed last and looks the same is taken for the same. */
  ownWorkspace?: boolean;
  step: Step;
};

/** Brings the service folders of a workspace to what the checkout holds and touches nothing else. */
export async function push(windmill: Windmill, options: PushOptions): Promise<PushResult> {
  const staged = stage(options.checkout);
  try {
    return await pushStaged(windmill, staged, options);
  } finally {
    staged.remove();
  }
}

async function pushStaged(windmill: Windmill, staged: Stage, options: PushOptions): Promise<PushResult> {
  const { dryRun, adopt, step, ownWorkspace = false } = options;
  const { pushed, remote, decision, changes, commit } = await step(
    "compare",
    () => compare(windmill, staged, options),
    ({ decision }) => inShort(decision),
  );
  if (decision.conflicts.length > 0 && !adopt) throw refusal(decision);
  if (dryRun) return { changes, decision, folders: [] };
  const folders = await ensureFolders(windmill, ["lib", "infra", "api"]);
  const { create, update, delete: remove } = decision;
  const looksSame = create.length + update.length + decision.conflicts.length + remove.length === 0;
  if (ownWorkspace && looksSame && pushed.digest === staged.digest) return { changes: [], decision, folders };
  const written = await step("push", () => write(windmill, staged, { pushed, remove }), counted);
  const now = written.changes.length + remove.length === 0 ? remote : await readRemote(windmill);
  await writePushed(windmill, settled(staged, now, pushed, commit));
  return { changes: written.changes, decision, folders };
}

async function compare(windmill: Windmill, staged: Stage, { checkout, adopt, dryRun }: PushOptions) {
  // First alone, because `wmill` explains a wrong token or address less well.
  const pushed = await readPushed(windmill);
  const [remote, changes] = await Promise.all([
    readRemote(windmill),
    dryRun ? wmillPush(staged.dir, windmill, { dryRun }) : [],
  ]);
  const containsPushedCommit = adopt || contains(checkout, pushed.commit);
  const { items: local, isIncluded } = staged;
  const commit = containsPushedCommit ? headOf(checkout) : pushed.commit;
  return {
    pushed,
    remote,
    changes,
    commit,
    decision: decide({ local, remote, pushed, isIncluded, containsPushedCommit }),
  };
}

/** What we are about to write is written down first: cut short, the next push still knows its own work. */
async function write(
  windmill: Windmill,
  staged: Stage,
  { pushed, remove }: { pushed: Pushed; remove: string[] },
): Promise<{ changes: Change[]; removed: number }> {
  const marks = Object.fromEntries([...staged.items].map(([key, item]) => [key, markOf(item)]));
  await writePushed(windmill, { ...pushed, intent: { ...pushed.intent, ...marks }, digest: null });
  const changes = await wmillPush(staged.dir, windmill, { dryRun: false });
  for (const key of remove) await removeItem(windmill, key);
  return { changes, removed: remove.length };
}

/**
 * What to remember after a push: our items as the workspace has them, which may differ from our files in what a server
 * fills in, and those that we pushed before and left alone now.
 */
function settled(
  { items: local, digest }: Stage,
  remote: ReadonlyMap<string, Item>,
  before: Pushed,
  commit: string | null,
): Pushed {
  const items: Pushed["items"] = {};
  for (const key of [...new Set([...Object.keys(before.items), ...local.keys()])].sort()) {
    const there = remote.get(key);
    const mine = local.get(key);
    if (!there) continue;
    if (!mine) items[key] = before.items[key] as Pushed["items"][string];
    else {
      const mark = markOf(mine);
      items[key] = typeof there.content === "string" || matches(there, mark) ? mark : markOf(there, mark.keys);
    }
  }
  return { commit, items, intent: {}, digest };
}

function refusal({ conflicts }: Decision): Failure {
  const lines = conflicts.map(({ key, reason }) => `\n    ${key.replace(":", " ")}: ${reason}`);
  return new Failure(
    `nothing was pushed, because it would overwrite ${conflicts.length} items that are not ours:${lines.join("")}`,
    {
      hint: "Look at them in the workspace. Move them elsewhere, or overwrite them with --adopt.",
      details: { conflicts },
    },
  );
}

const inShort = ({ create, update, same, delete: gone, kept }: Decision) =>
  [
    `${create.length} new`,
    `${update.length} changed`,
    `${same.length} as they are`,
    ...(gone.length > 0 ? [`${gone.length} to remove`] : []),
    ...(kept.length > 0 ? [`${kept.length} not ours and kept`] : []),
  ].join(", ");

const counted = ({ changes, removed }: { changes: Change[]; removed: number }) =>
  `${changes.length} files written${removed > 0 ? `, ${removed} items removed` : ""}`;
