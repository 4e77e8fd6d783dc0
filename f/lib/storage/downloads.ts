import type { S3Value } from "../resources.ts";
import { presign } from "./presign.ts";
import type { ProjectStorage } from "./project.ts";
import { fileKey } from "./scope.ts";

const SECONDS = 5 * 60;

/**
 * A URL that reads one file of a project for five minutes, whole or in ranges. The store is not asked, so a file that is
 * not there is told of by the store. Throws NotFound for what is no file's id.
 */
export async function presignDownload(
  { s3, now }: { s3: S3Value; now?: Date },
  { prefix }: Pick<ProjectStorage, "prefix">,
  file: { scope: string; userId: string; id: string },
): Promise<{ url: string; expiresAt: string }> {
  const signed = { method: "GET" as const, key: fileKey(prefix, file) };
  const { url, expiresAt } = await presign(s3, signed, { expiresSeconds: SECONDS, now });
  return { url, expiresAt };
}
