import { Readable } from "node:stream";
import type ssh2 from "ssh2";
import { pack } from "tar-stream";
import { ConflictError } from "../errors.ts";
import type { SiteHostValue } from "../resources.ts";
import { attempt, attemptOr, isMissing } from "./failures.ts";
import type { Host, TreeFile } from "./host.ts";
import { below, parentOf, relativePath, rootFolder } from "./paths.ts";
import { CommandError, connectSsh, type SshConnection } from "./ssh_connection.ts";

const EXISTS = 73;
const MAKE_FOLDER = 'umask 022; mkdir -p -- "$1"';
const WRITE_TREE = `${MAKE_FOLDER} && { mkdir -- "$2" 2>/dev/null || exit ${EXISTS}; } && exec tar -x -o -f - -C "$2"`;

/** A machine reached over SSH: trees go through one `tar -x`, everything else through SFTP. */
export async function sshHost(value: SiteHostValue): Promise<Host> {
  const root = rootFolder(value.root);
  const at = (path: string) => below(root, path);
  const ssh = await connectSsh(value);
  return {
    version: () => attempt("say its version", async () => (await ssh.run("uname -sr", [])).trim()),
    list: (folder) =>
      attemptOr(`list ${folder}`, [], async () => {
        const entries = await ssh.sftp<ssh2.FileEntry[]>((sftp, done) => sftp.readdir(at(folder), done));
        return entries.map((entry) => entry.filename).sort();
      }),
    read: (path) =>
      attemptOr<string | undefined>(`read ${path}`, undefined, async () =>
        (await ssh.sftp<Buffer>((sftp, done) => sftp.readFile(at(path), done))).toString("utf8"),
      ),
    readLink: (path) => attemptOr(`read the link ${path}`, undefined, () => linkTarget(ssh, at(path))),
    writeTree: (folder, files) => attempt(`write ${folder}`, () => writeTree(ssh, folder, at(folder), files)),
    rename: (from, to) => attempt(`rename ${from}`, () => rename(ssh, at(from), at(to))),
    replaceLink: (path, target) =>
      attempt(`point ${path} elsewhere`, async () => {
        const next = `${at(path)}.next`;
        const checked = relativePath(target);
        await ssh.sftp((sftp, done) => sftp.unlink(next, done)).catch(unlessMissing);
        await withFolder(ssh, parentOf(next), () => ssh.sftp((sftp, done) => sftp.symlink(checked, next, done)));
        await ssh.sftp((sftp, done) => sftp.ext_openssh_rename(next, at(path), done));
      }),
    remove: (...paths) =>
      attempt(`remove ${paths.join(", ")}`, async () => {
        if (paths.length > 0) await ssh.run('rm -rf -- "$@"', paths.map(at));
      }),
    close: () => ssh.close(),
  };
}

async function linkTarget(ssh: SshConnection, path: string): Promise<string | undefined> {
  const found = await ssh.sftp<ssh2.Stats>((sftp, done) => sftp.lstat(path, done));
  return found.isSymbolicLink() ? await ssh.sftp<string>((sftp, done) => sftp.readlink(path, done)) : undefined;
}

async function rename(ssh: SshConnection, from: string, to: string): Promise<void> {
  await withFolder(ssh, parentOf(to), () => ssh.sftp((sftp, done) => sftp.ext_openssh_rename(from, to, done)));
}

/** Does the work; when that fails for want of a folder, makes the folder and does it once more. */
async function withFolder(ssh: SshConnection, folder: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    unlessMissing(error);
    await ssh.run(MAKE_FOLDER, [folder]);
    await work();
  }
}

async function writeTree(ssh: SshConnection, folder: string, path: string, files: TreeFile[]): Promise<void> {
  for (const file of files) relativePath(file.path);
  try {
    await ssh.run(WRITE_TREE, [parentOf(path), path], Readable.from(tarOf(files)));
  } catch (cause) {
    if (!(cause instanceof CommandError && cause.exitCode === EXISTS)) throw cause;
    throw new ConflictError(`The site host could not write ${folder}: it exists already`, {
      hint: "Call again; another call may have changed it meanwhile.",
      retryable: true,
    });
  }
}

/** The files as a tar archive, produced as fast as the other side takes it. */
function tarOf(files: TreeFile[]): AsyncIterable<unknown> {
  const archive = pack();
  const fill = async () => {
    for (const { path, content, modifiedAt } of files) {
      await new Promise<void>((resolve, reject) => {
        const header = { name: path, size: content.byteLength, mode: 0o644, mtime: modifiedAt };
        archive.entry(header, Buffer.from(content), (error) => (error ? reject(error) : resolve()));
      });
    }
    archive.finalize();
  };
  fill().catch((error: Error) => archive.destroy(error));
  return archive;
}

function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
