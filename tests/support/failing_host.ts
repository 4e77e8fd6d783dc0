import type { Host } from "../../f/lib/host/host.ts";

/** What a host that dies says; nothing a verb could answer to. */
export class Killed extends Error {}

/**
 * A host whose caller is killed at its n-th call (counted from 1): `before` the call has any effect, `after` all of it, or
 * `midway`, with half of a tree written or removed. Every call after that fails too, as it would for a process that is gone.
 */
export function failingHost(
  host: Host,
  at: number,
  when: "before" | "midway" | "after",
): Host & { calls: () => number } {
  let calls = 0;
  const guard =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>, half?: (...args: A) => Promise<unknown>) =>
    async (...args: A): Promise<T> => {
      calls++;
      if (calls > at || (calls === at && when === "before")) throw new Killed();
      if (calls < at) return await work(...args);
      await (when === "midway" && half ? half(...args) : work(...args));
      throw new Killed();
    };
  return {
    version: guard(host.version),
    list: guard(host.list),
    present: guard(host.present),
    read: guard(host.read),
    readLink: guard(host.readLink),
    writeTree: guard(host.writeTree, (folder, files) =>
      host.writeTree(folder, files.slice(0, Math.floor(files.length / 2))),
    ),
    rename: guard(host.rename),
    renameInto: guard(host.renameInto, (from, to, names) =>
      host.renameInto(from, to, names.slice(0, Math.floor(names.length / 2))),
    ),
    removeUnlinked: guard(host.removeUnlinked),
    replaceLink: guard(host.replaceLink),
    remove: guard(host.remove, async (first = "", ...others) => {
      const names = await host.list(first);
      await host.remove(...names.slice(0, Math.ceil(names.length / 2)).map((name) => `${first}/${name}`), ...others);
    }),
    close: host.close,
    calls: () => calls,
  };
}
