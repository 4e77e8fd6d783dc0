import { InvalidInputError } from "../errors.ts";
import { describe, projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { request, type StoragePorts } from "./client.ts";
import { deleteKeys } from "./deletion.ts";
import { allOf, readXml, textOf } from "./xml.ts";

export type StoredFile = { key: string; sizeBytes: number; modifiedAt: string };

/**
 * The files of a project in the order of their keys; `under` narrows it to keys that go on with it after the project's
 * prefix. Throws InvalidInput for a limit that is not 1 to 1000.
 */
export async function listFiles(
  ports: StoragePorts,
  { project, under = "", cursor, limit = 100 }: { project: string; under?: string; cursor?: string; limit?: number },
): Promise<{ items: StoredFile[]; nextCursor?: string }> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new InvalidInputError(`limit must be a whole number from 1 to 1000; got ${describe(limit)}`, {
      hint: "Leave it out for 100.",
      details: { argument: "limit" },
    });
  }
  const query = {
    "list-type": "2",
    "encoding-type": "url",
    "max-keys": String(limit),
    prefix: `${projectName(project)}/${under}`,
    ...(cursor ? { "continuation-token": cursor } : {}),
  };
  const root = readXml((await request(ports, { method: "GET", query })).body);
  const items = allOf(root, "Contents").map((one) => ({
    key: decodeURIComponent((textOf(one, "Key") ?? "").replaceAll("+", " ")),
    sizeBytes: Number(textOf(one, "Size")),
    modifiedAt: new Date(textOf(one, "LastModified") ?? 0).toISOString(),
  }));
  const nextCursor = textOf(root, "NextContinuationToken");
  return { items, ...(nextCursor ? { nextCursor } : {}) };
}

export type DeletedFiles = { project: string; keys: string[]; status: "planned" | "deleted" };

/**
 * Hides files of a project, as keys that `listFiles` has named; for as long as the bucket keeps old versions they can be
 * brought back in the store. Without `dryRun: false` it only says what it would do. One that is not there is no failure.
 * Throws InvalidInput for keys of anybody else, and for more than 10,000 at once.
 */
export async function deleteFiles(
  { sql, ...ports }: StoragePorts & { sql: Sql },
  { project, keys, dryRun }: { project: string; keys: string[]; dryRun: boolean },
): Promise<DeletedFiles> {
  const prefix = `${projectName(project)}/`;
  const isOwn = (key: unknown) => typeof key === "string" && key.startsWith(prefix) && key.length > prefix.length;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > 10_000 || !keys.every(isOwn)) {
    throw new InvalidInputError(`keys must be 1 to 10000 keys that begin with ${prefix}`, {
      hint: "Pass keys as list_files names them.",
      details: { argument: "keys" },
    });
  }
  const distinct = [...new Set(keys)];
  if (dryRun) return { project, keys: distinct, status: "planned" };
  const asked = { project, keys: distinct.length };
  return operate({ sql, verb: "infra/storage/delete_files", project, arguments: asked }, async () => {
    await deleteKeys(
      ports,
      distinct.map((key) => ({ key })),
    );
    return { project, keys: distinct, status: "deleted" };
  });
}
