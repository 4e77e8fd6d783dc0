import { chmod, mkdir, readdir, readFile, readlink, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { release, type } from "node:os";
import type { SiteHostValue } from "../resources.ts";
import { attempt, attemptOr } from "./failures.ts";
import type { Host, TreeFile } from "./host.ts";
import { below, parentOf, relativePath, rootFolder } from "./paths.ts";

const WRITES_AT_ONCE = 32;

/** The same machine: the worker and the proxy share a file system. */
export function localHost(value: SiteHostValue): Host {
  const root = rootFolder(value.root);
  const at = (path: string) => below(root, path);
  return {
    version: async () => `${type()} ${release()}`,
    list: (folder) => attemptOr(`list ${folder}`, [], async () => (await readdir(at(folder))).sort()),
    read: (path) => attemptOr<string | undefined>(`read ${path}`, undefined, () => readFile(at(path), "utf8")),
    readLink: (path) => attemptOr(`read the link ${path}`, undefined, () => linkTarget(at(path))),
    writeTree: (folder, files) => attempt(`write ${folder}`, () => writeTree(at(folder), files)),
    rename: (from, to) =>
      attempt(`rename ${from}`, async () => {
        const [source, target] = [at(from), at(to)];
        await makeFolder(parentOf(target));
        await rename(source, target);
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
    close: async () => {},
  };
}

async function linkTarget(path: string): Promise<string | undefined> {
  return await readlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EINVAL") return undefined; // there is something else of that name
    throw error;
  });
}

async function writeTree(folder: string, files: TreeFile[]): Promise<void> {
  const paths = files.map((file) => below(folder, file.path));
  await makeFolder(parentOf(folder));
  await mkdir(folder);
  await chmod(folder, 0o755);
  for (const parent of new Set(paths.map(parentOf))) await makeFolder(parent);
  for (let start = 0; start < files.length; start += WRITES_AT_ONCE) {
    await Promise.all(
      files.slice(start, start + WRITES_AT_ONCE).map(async ({ content, modifiedAt }, index) => {
        const path = paths[start + index] as string;
        await writeFile(path, content, { flag: "wx" });
        await chmod(path, 0o644);
        await utimes(path, modifiedAt, modifiedAt);
      }),
    );
  }
}

/** Makes a folder and its parents; new ones are open to the proxy's account, whatever this process's umask says. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = parentOf(made)) await chmod(made, 0o755);
}
