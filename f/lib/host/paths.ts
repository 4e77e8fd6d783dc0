import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";

const MAX_SEGMENT_BYTES = 255;

/** The root of a site host: an absolute, plain directory that is not the machine's own. */
export function rootFolder(root: unknown): string {
  if (typeof root === "string" && root.startsWith("/") && root.slice(1).split("/").every(isSegment)) return root;
  throw new InvalidInputError(
    `A site host's root must be an absolute path without ".." or a final "/"; got ${describe(root)}`,
    {
      hint: "Correct root in the resource f/infra/site_host, for example /srv/run8n/sites.",
      details: { argument: "host" },
    },
  );
}

/** The absolute path of something below the root. Throws InvalidInput for a path that could be anything else. */
export const below = (root: string, path: string): string => `${root}/${relativePath(path)}`;

/** A relative path of one or more plain segments: no `.`, no `..`, no empty one, no control character or backslash. */
export function relativePath(path: string): string {
  if (path.split("/").every(isSegment)) return path;
  throw new InvalidInputError(`A path on a site host must consist of plain names; got ${describe(path)}`, {
    hint: 'Leave out "..", empty parts, backslashes and control characters.',
  });
}

/** True for one plain file or folder name. */
export function isSegment(name: string): boolean {
  const plain = name !== "" && name !== "." && name !== ".." && !/[\p{Cc}\\/\ufffd]/u.test(name);
  return plain && Buffer.byteLength(name) <= MAX_SEGMENT_BYTES;
}

/** The folder part of a path that has one. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** A value as one word of a POSIX shell, whatever it holds. */
export const quote = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
