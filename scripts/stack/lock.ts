import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Home } from "./home.ts";
import { isOurs, type Owned, owned } from "./ownership.ts";

export type Holder = Owned & { what: string };

const TAKEOVER_SECONDS = 10;

/**
 * Does the work while no other command changes the stack. One that died while it held the lock is taken over; one that
 * lives is waited for, and `onWait` hears once who it is.
 */
export async function withLock<T>(
  home: Home,
  what: string,
  onWait: (holder: Holder) => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const path = join(home.dir, "lock");
  const mine: Holder = { ...owned(process.pid), what };
  let told = false;
  while (!take(path, mine)) {
    const holder = read(path);
    if (holder && isOurs(holder)) {
      if (!told) onWait(holder);
      told = true;
    } else if (holder) takeOver(path, holder);
    await sleep(100, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** A hard link appears with its content or not at all. */
function take(path: string, mine: Holder): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined; // just given back
  }
}

/** Removes a dead holder's lock; the folder sees to it that two who notice at once do not remove a third one's. */
function takeOver(path: string, dead: Holder): void {
  const gate = `${path}.takeover`;
  try {
    mkdirSync(gate);
  } catch {
    const age = Date.now() - (statSync(gate, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > TAKEOVER_SECONDS * 1000) rmSync(gate, { recursive: true, force: true });
    return;
  }
  const holder = read(path);
  if (holder?.pid === dead.pid && holder.born === dead.born) rmSync(path, { force: true });
  rmSync(gate, { recursive: true, force: true });
}
