import type ssh2 from "ssh2";
import type { SiteHostValue } from "../resources.ts";
import { attempt, attemptOr, isMissing } from "./failures.ts";
import type { Host } from "./host.ts";
import { below, parentOf, relativePath, rootFolder } from "./paths.ts";
import { connectSsh, type SshConnection } from "./ssh_connection.ts";
import { MAKE_FOLDER, writeTree } from "./ssh_tree.ts";

const SWEEP = [
  'cd -- "$1" 2>/dev/null || exit 0',
  'find . -maxdepth 1 -type f -links 1 ! -cmin "-$2" -print -exec rm -f -- {} + | wc -l',
].join("; ");

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
    present: (folder, names) =>
      attempt(`look into ${folder}`, async () => {
        const paths = names.map((name) => at(`${folder}/${name}`));
        const found = await Promise.all(paths.map((path) => exists(ssh, path)));
        return names.filter((_, index) => found[index]);
      }),
    writeTree: (folder, files, template) =>
      attempt(`write ${folder}`, () => writeTree(ssh, root, folder, { files, template })),
    rename: (from, to) => attempt(`rename ${from}`, () => rename(ssh, at(from), at(to))),
    renameInto: (from, to, names) =>
      attempt(`move files to ${to}`, async () => {
        const [first, ...others] = names.map((name) => [at(`${from}/${name}`), at(`${to}/${name}`)] as const);
        if (first) await rename(ssh, ...first);
        await Promise.all(others.map((pair) => rename(ssh, ...pair)));
      }),
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
        const full = await Promise.all(paths.map(at).map(async (path) => ((await isGone(ssh, path)) ? [] : [path])));
        if (full.flat().length > 0) await ssh.run('rm -rf -- "$@"', full.flat());
      }),
    removeUnlinked: (folder, minutes) =>
      attempt(`sweep ${folder}`, async () => Number((await ssh.run(SWEEP, [at(folder), `${minutes}`])).trim())),
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

const exists = (ssh: SshConnection, path: string): Promise<boolean> =>
  attemptOr("look", false, async () => !!(await ssh.sftp<ssh2.Stats>((sftp, done) => sftp.lstat(path, done))));

/** Removes a file, a link or an empty folder without a command of its own; false for what needs one. */
async function isGone(ssh: SshConnection, path: string): Promise<boolean> {
  const removed = () => true;
  // In this order: SFTP says of a file that there is no such folder, and would seem to have none of it.
  return (
    (await ssh.sftp((sftp, done) => sftp.unlink(path, done)).then(removed, isMissing)) ||
    (await ssh.sftp((sftp, done) => sftp.rmdir(path, done)).then(removed, () => false))
  );
}

function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
