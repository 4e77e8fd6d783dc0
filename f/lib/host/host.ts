import { InvalidInputError } from "../errors.ts";
import type { SiteHostValue } from "../resources.ts";
import { localHost } from "./local.ts";
import { sshHost } from "./ssh.ts";

/**
 * The machine where sites live, as far as sites need one. Paths are relative to the host's root, segment by segment
 * validated, so nothing outside of it can be named. What is not there reads as nothing and removes as done; every
 * other failure is an Upstream error that says what was being tried.
 */
export type Host = {
  /** What answers, such as `Linux 6.1.0`. */
  version(): Promise<string>;
  /** Names in a folder, sorted; none when the folder does not exist. */
  list(folder: string): Promise<string[]>;
  /** The text of a small file, or undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Where a symbolic link points, as it was written; undefined when there is no link of that name. */
  readLink(path: string): Promise<string | undefined>;
  /** Which of the names a folder holds; none when the folder does not exist. */
  present(folder: string, names: string[]): Promise<string[]>;
  /**
   * Writes a new folder with all its files, then those that are links; Conflict when the folder exists. A kill leaves a
   * part of it. With a template that has most of the links already, it may be faster.
   */
  writeTree(folder: string, files: TreeFile[], template?: Template): Promise<void>;
  /** Moves a file or folder in one atomic step; NotFound when it is not there. A folder never replaces a filled one. */
  rename(from: string, to: string): Promise<void>;
  /** Moves files from one folder into another, each in one atomic step, replacing what has its name there. */
  renameInto(from: string, to: string, names: string[]): Promise<void>;
  /** Points a link at a path relative to the link's own folder, in one atomic step. */
  replaceLink(path: string, target: string): Promise<void>;
  /** Removes files, links, and folders with all that is in them. */
  remove(...paths: string[]): Promise<void>;
  /** Removes the files of a folder that have no other name, and have had none for so long; answers how many. */
  removeUnlinked(folder: string, minutes: number): Promise<number>;
  close(): Promise<void>;
};

/**
 * One file of a tree: a path below the tree's folder, readable by everyone once written. Either its content, or where
 * the file is that it is another name of (a hard link), relative to the host's root; that may be one of the same tree.
 */
export type TreeFile = { path: string } & (NewFile | { linkTo: string });
export type NewFile = { content: Uint8Array; modifiedAt: Date };

/** A folder on the host, all files that are in it, and the folder of a new tree that is to be like it. */
export type Template = { folder: string; files: string[]; as: string };

/** Opens the machine that a site-host resource names. Throws InvalidInput for a resource that cannot be used. */
export async function openHost(value: SiteHostValue): Promise<Host> {
  if (value.transport === "local") return localHost(value);
  if (value.transport === "ssh") return sshHost(value);
  throw new InvalidInputError('A site host\'s transport must be "local" or "ssh"', {
    hint: "Correct the resource f/infra/site_host.",
    details: { argument: "host" },
  });
}

/** Opens the machine, does the work, closes it whatever happens. */
export async function withHost<T>(value: SiteHostValue, work: (host: Host) => Promise<T>): Promise<T> {
  const host = await openHost(value);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}
