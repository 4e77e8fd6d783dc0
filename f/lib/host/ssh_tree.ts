import { Readable } from "node:stream";
import { type Header, pack } from "tar-stream";
import { ConflictError } from "../errors.ts";
import type { TreeFile } from "./host.ts";
import { below, parentOf, relativePath } from "./paths.ts";
import { CommandError, type SshConnection } from "./ssh_connection.ts";

export const MAKE_FOLDER = 'umask 022; mkdir -p -- "$1"';
const EXISTS = 73;
const WRITE_TREE = `${MAKE_FOLDER} && { mkdir -- "$2" 2>/dev/null || exit ${EXISTS}; } && exec tar -x -o -f - -C "$3"`;
const NOTHING = Buffer.alloc(0);

/** Writes a tree through one `tar -x`. Throws Conflict when the folder exists. */
export async function writeTree(ssh: SshConnection, root: string, folder: string, files: TreeFile[]): Promise<void> {
  const top = below(root, folder);
  // Links are given relative to where tar starts: the nearer that is, the shorter is each header.
  const start = commonFolder([
    folder,
    ...files.flatMap((file) => ("linkTo" in file ? [relativePath(file.linkTo)] : [])),
  ]);
  const from = start ? below(root, start) : root;
  const inside = (path: string) => (start ? path.slice(start.length + 1) : path);
  const entries = files.map((file) => ({ ...file, path: inside(`${folder}/${relativePath(file.path)}`) }));
  try {
    await ssh.run(WRITE_TREE, [parentOf(top), top, from], Readable.from(tarOf(entries, inside)));
  } catch (cause) {
    if (!(cause instanceof CommandError && cause.exitCode === EXISTS)) throw cause;
    throw new ConflictError(`The site host could not write ${folder}: it exists already`, {
      hint: "Call again; another call may have changed it meanwhile.",
      retryable: true,
    });
  }
}

/** The folder that all of the paths lie in; empty for the root. */
function commonFolder(paths: string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split("/").slice(0, -1));
  const shared = first.findIndex((segment, depth) => !others.every((other) => other[depth] === segment));
  return first.slice(0, shared < 0 ? first.length : shared).join("/");
}

/** The files as a tar archive, links last, produced as fast as the other side takes it. */
function tarOf(files: TreeFile[], inside: (path: string) => string): AsyncIterable<unknown> {
  const archive = pack();
  const add = (header: Partial<Header> & { name: string }, content: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
    });
  const fill = async () => {
    for (const file of files) {
      if ("linkTo" in file) continue;
      const { path: name, content, modifiedAt: mtime } = file;
      await add({ name, size: content.byteLength, mode: 0o644, mtime }, Buffer.from(content));
    }
    for (const file of files) {
      if ("linkTo" in file)
        await add({ name: file.path, type: "link", linkname: inside(file.linkTo), size: 0 }, NOTHING);
    }
    archive.finalize();
  };
  fill().catch((error: Error) => archive.destroy(error));
  return archive;
}
