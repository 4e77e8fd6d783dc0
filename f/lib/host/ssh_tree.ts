import { Readable } from "node:stream";
import { ConflictError } from "../errors.ts";
import type { Template, TreeFile } from "./host.ts";
import { below, parentOf, relativePath } from "./paths.ts";
import { CommandError, type SshConnection } from "./ssh_connection.ts";
import { inLargeChunks, tarOf } from "./tree_archive.ts";

export const MAKE_FOLDER = 'umask 022; mkdir -p -- "$1"';
const EXISTS = 73;
const UNLIKE = 74;
const MAKE_TREE = `${MAKE_FOLDER} && { mkdir -- "$2" 2>/dev/null || exit ${EXISTS}; }`;
const UNPACK = 'exec tar -x -o -f - -C "$3"';
/** Takes a template as it is, what is not wanted away, and goes on only when that left as many files as it should. */
const TAKE_TEMPLATE = [
  `(cp -al -- "$4/." "$5" && cd -- "$5" && n="$6" && shift 6 && { [ $# -eq 0 ] || rm -- "$@"; }`,
  '[ "$(find . -depth \\( -type d -empty -delete \\) -o -type f -print | wc -l)" -eq "$n" ]) 2>/dev/null',
].join(" && ");
const WRITE_TREE = `${MAKE_TREE} && ${UNPACK}`;
const WRITE_LIKE = `${MAKE_TREE} && { ${TAKE_TEMPLATE} || { rm -rf -- "$2"; exit ${UNLIKE}; }; } && ${UNPACK}`;

/** Below this a template spares nothing; above that its leftovers would not fit into a command line. */
const MIN_LIKE = 50;
const MAX_UNLIKE = 500;

/** Writes a tree through one `tar -x`. Throws Conflict when the folder exists. */
export async function writeTree(
  ssh: SshConnection,
  root: string,
  folder: string,
  { files, template }: { files: TreeFile[]; template: Template | undefined },
): Promise<void> {
  for (const file of files) relativePath(file.path);
  const like = template && compare(files, template);
  if (template && like && like.same.size >= MIN_LIKE && like.others.length <= MAX_UNLIKE) {
    const [source, target] = [below(root, template.folder), below(root, `${folder}/${template.as}`)];
    const rest = files.filter((file) => !like.same.has(file));
    const took = await unpack(ssh, WRITE_LIKE, { root, folder, files: rest }, [
      ...[source, target, `${like.same.size}`],
      ...like.others.map(relativePath),
    ]);
    if (took) return;
  }
  await unpack(ssh, WRITE_TREE, { root, folder, files }, []);
}

/** The files that a template has under the same names, and what it has beside them. */
function compare(files: TreeFile[], { folder, files: names, as }: Template) {
  const have = new Set(names);
  const same = new Set<TreeFile>();
  const wanted = new Set<string>();
  for (const file of files) {
    const name = file.path.slice(as.length + 1);
    if (!("linkTo" in file) || file.path !== `${as}/${name}` || file.linkTo !== `${folder}/${name}`) continue;
    if (!have.has(name)) continue;
    same.add(file);
    wanted.add(name);
  }
  return { same, others: names.filter((name) => !wanted.has(name)) };
}

/** False when the template was not what it should be; nothing is left then. */
async function unpack(
  ssh: SshConnection,
  script: string,
  { root, folder, files }: { root: string; folder: string; files: TreeFile[] },
  values: string[],
): Promise<boolean> {
  const top = below(root, folder);
  // Links are given relative to where tar starts: the nearer that is, the shorter is each header.
  const links = files.flatMap((file) => ("linkTo" in file ? [relativePath(file.linkTo)] : []));
  const start = commonFolder([folder, ...links]);
  const from = start ? below(root, start) : root;
  const archive = tarOf(files, { folder, start });
  try {
    await ssh.run(script, [parentOf(top), top, from, ...values], Readable.from(inLargeChunks(archive)));
    return true;
  } catch (cause) {
    const code = cause instanceof CommandError ? cause.exitCode : undefined;
    if (code === UNLIKE) return false;
    if (code !== EXISTS) throw cause;
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
