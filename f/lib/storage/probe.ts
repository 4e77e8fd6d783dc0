import { request, type StoragePorts } from "./client.ts";

/** Asks for the bucket. S3 has no version to tell, so the answer is null; throws when it is not there or not ours. */
export async function storageVersion(s3: StoragePorts["s3"]): Promise<null> {
  await request({ s3 }, { method: "HEAD" });
  return null;
}
