import { PreconditionError } from "../../errors.ts";
import { isUuid } from "../../names.ts";
import type { S3Value } from "../../resources.ts";
import { listFiles } from "../../storage/files.ts";
import { readFile } from "../../storage/read.ts";
import type { Listed, Loaded } from "./entry.ts";

/** Opens the connection to the object store, which only a source of files needs. */
export type OpenStorage = () => Promise<S3Value>;

const FILES_PER_PAGE = 1000;
const MAX_BYTES = 20 * 1024 * 1024;

/** The files that a project keeps in the bucket. One that a user or an organization has uploaded stays theirs. */
export async function* listStorage(
  open: OpenStorage | undefined,
  project: string,
  { under }: { under?: string },
): AsyncGenerator<Listed> {
  const s3 = await opened(open);
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await listFiles({ s3 }, { project, under, cursor, limit: FILES_PER_PAGE });
    for (const { key } of items) {
      const document = key.slice(project.length + 1);
      const tenant = ownerOf(document);
      if (!key.endsWith("/")) yield { document, entry: { file: key, ...(tenant ? { tenant } : {}) } };
    }
    if (nextCursor === undefined) return;
    cursor = nextCursor;
  }
}

export async function loadFile(open: OpenStorage | undefined, key: string): Promise<Loaded> {
  const { bytes, mediaType } = await readFile({ s3: await opened(open) }, { key, maxBytes: MAX_BYTES });
  const told = mediaType && !/octet-stream/.test(mediaType) ? { mediaType } : {};
  return { bytes, name: key, ...told };
}

/** Uploads lie below `users/<id>/` and `organizations/<id>/`. */
function ownerOf(document: string): string | undefined {
  const [kind, id = ""] = document.split("/");
  return (kind === "users" || kind === "organizations") && isUuid(id) ? id : undefined;
}

function opened(open: OpenStorage | undefined): Promise<S3Value> {
  if (open) return open();
  throw new PreconditionError("There is no object store to read files from", {
    hint: "Pass the connection to it as storage.",
  });
}
