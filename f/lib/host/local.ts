import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { release, type } from "node:os";
import type { SiteHostValue } from "../resources.ts";
import { attempt, attemptOr } from "./failures.ts";
import type { Host, NewFile, TreeFile } from "./host.ts";
import { below, parentOf, relativePath, rootFolder } from "./paths.ts";

const CALLS_AT_ONCE = 32;

/** The same machine: the worker and the proxy share a file system. */
export function localHost(value: SiteHostValue): Host {
  const root = rootFolder(value.root);
  const at = (path: string) => below(root, path);
  return {
    version: async () => `${type()} ${release()}`,
    list: (folder) => attemptOr(`list ${folder}`, [], async () => (await readdir(at(folder))).sort()),
    read: (path) => attemptOr<string | undefined>(`read ${path}`, undefined, () => readFile(at(path), "utf8")),
    readLink: (path) => attemptOr(`read the link ${path}`, undefined, () => linkTarget(at(path))),
    present: (folder, names) =>
      attempt(`look into ${folder}`, async () => {
        const paths = names.map((name) => at(`${folder}/${name}`));
        const found = await inChunks(paths, (path) => attemptOr("look", false, async () => !!(await lstat(path))));
        return names.filter((_, index) => found[index]);
      }),
    writeTree: (folder, files) => attempt(`write ${folder}`, () => writeTree(root, folder, files)),
    rename: (from, to) =>
      attempt(`rename ${from}`, async () => {
        const [source, target] = [at(from), at(to)];
        await makeFolder(parentOf(target));
        await rename(source, target);
      }),
    renameInto: (from, to, names) =>
      attempt(`move files to ${to}`, async () => {
        const pairs = names.map((name) => [at(`${from}/${name}`), at(`${to}/${name}`)] as const);
        await makeFolder(at(to));
        await inChunks(pairs, ([source, target]) => rename(source, target));
      }),
    replaceLink: (path, target) =>
      attempt(`point ${path} elsewhere`, async () => {
        const next = `${at(path)}.next`;
        const checked = relativePath(target);
        await makeFolder(parentOf(next));
        await rm(next, { force: true });
        await symlink(checked, next);
        await rename(next, at(path));
      }),
    remove: (...paths) =>
      attempt(`remove ${paths.join(", ")}`, async () => {
        for (const path of paths.map(at)) await rm(path, { recursive: true, force: true });
      }),
    removeUnlinked: (folder, minutes) => attemptOr(`sweep ${folder}`, 0, () => removeUnlinked(at(folder), minutes)),
    close: async () => {},
  };
}

async function linkTarget(path: string): Promise<string | undefined> {
  return await readlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EINVAL") return undefined; // there is something else of that name
    throw error;
  });
}

async function writeTree(root: string, folder: string, files: TreeFile[]): Promise<void> {
  const top = below(root, folder);
  const placed = files.map((file) => ({ ...file, path: below(top, file.path) }));
  const links = placed
    .filter((file) => "linkTo" in file)
    .map(({ path, linkTo }) => [below(root, linkTo), path] as const);
  await makeFolder(parentOf(top));
  await mkdir(top);
  await chmod(top, 0o755);
  for (const parent of new Set(placed.map(({ path }) => parentOf(path)))) await makeFolder(parent);
  await inChunks(
    placed.filter((file): file is NewFile & { path: string } => "content" in file),
    async ({ path, content, modifiedAt }) => {
      await writeFile(path, content, { flag: "wx" });
      await chmod(path, 0o644);
      await utimes(path, modifiedAt, modifiedAt);
    },
  );
  await inChunks(links, ([target, path]) => link(target, path));
}

async function removeUnlinked(folder: string, minutes: number): Promise<number> {
  const removed = await inChunks(await readdir(folder), async (name) => {
    const file = await lstat(`${folder}/${name}`);
    const unused = file.isFile() && file.nlink === 1 && file.ctimeMs <= Date.now() - minutes * 60_000;
    if (unused) await unlink(`${folder}/${name}`);
    return unused;
  });
  return removed.filter(Boolean).length;
}

/** Does the work for every item, a number of them at a time. */
async function inChunks<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += CALLS_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + CALLS_AT_ONCE).map(work))));
  }
  return results;
}

/** Makes a folder and its parents; new ones are open to the proxy's account, whatever this process's umask says. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = parentOf(made)) await chmod(made, 0o755);
}
