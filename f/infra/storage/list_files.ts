import { resource, type S3 } from "../../lib/resources.ts";
import { listFiles } from "../../lib/storage/files.ts";

/**
 * Lists the files that a project keeps in the bucket, in the order of their keys. Answers
 * { items: [{ key, sizeBytes, modifiedAt }], nextCursor }.
 * @param project Name of the project.
 * @param under Narrows the list to keys that go on with this after the project's prefix, for example "users/".
 * @param cursor The nextCursor of the answer before, to go on from there.
 * @param limit How many at most, 1 to 1000.
 * @param storage The object store.
 */
export async function main(
  project: string,
  under = "",
  cursor?: string,
  limit = 100,
  storage: S3 = "$res:f/infra/storage",
) {
  const s3 = await resource(storage);
  return listFiles({ s3 }, { project, under: under ?? "", cursor, limit: limit ?? 100 });
}
