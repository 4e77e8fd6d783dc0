import { UpstreamError } from "../errors.ts";
import { request, type StoragePorts, unlessRefused } from "./client.ts";
import { allOf, type Element, element, readXml, textOf, xmlDocument } from "./xml.ts";

/** A file, or one version of it. */
type Doomed = { key: string; versionId?: string };

const BATCH = 1000;

/** Deletes a thousand at a time. Without a version a file is hidden by a marker, with one it is gone for good. */
export async function deleteKeys(ports: StoragePorts, doomed: Doomed[]): Promise<void> {
  for (let at = 0; at < doomed.length; at += BATCH) {
    const objects = doomed
      .slice(at, at + BATCH)
      .map(({ key, versionId }) =>
        element("Object", [element("Key", key), versionId === undefined ? undefined : element("VersionId", versionId)]),
      );
    const body = xmlDocument("Delete", [element("Quiet", true), ...objects]);
    const answer = await request(ports, { method: "POST", query: { delete: "" }, body });
    refuseErrors(readXml(answer.body));
  }
}

/** Deletes all versions of all that begins with the prefix, unfinished uploads too; answers how many there were. */
export async function purge(ports: StoragePorts, prefix: string): Promise<{ versions: number; uploads: number }> {
  let versions = 0;
  for (;;) {
    const query = { versions: "", prefix, "max-keys": String(BATCH), "encoding-type": "url" };
    const root = readXml((await request(ports, { method: "GET", query })).body);
    // From the beginning each time: what was listed is gone.
    const doomed = [...allOf(root, "Version"), ...allOf(root, "DeleteMarker")].map((one) => ({
      key: keyOf(one),
      versionId: textOf(one, "VersionId") ?? "null",
    }));
    if (doomed.length === 0) break;
    await deleteKeys(ports, doomed);
    versions += doomed.length;
  }
  return { versions, uploads: await abortUploads(ports, prefix) };
}

/** Whether a file, an old version of one or an unfinished upload begins with the prefix; no where there is no bucket. */
export async function holdsFiles(ports: StoragePorts, prefix: string): Promise<boolean> {
  const first = async (query: Record<string, string>) =>
    (await unlessRefused(["NoSuchBucket"], request(ports, { method: "GET", query: { ...query, prefix } })))?.body;
  const versions = await first({ versions: "", "max-keys": "1" });
  if (versions === undefined) return false;
  const root = readXml(versions);
  if (allOf(root, "Version").length + allOf(root, "DeleteMarker").length > 0) return true;
  return allOf(readXml((await first({ uploads: "" })) ?? versions), "Upload").length > 0;
}

async function abortUploads(ports: StoragePorts, prefix: string): Promise<number> {
  let aborted = 0;
  for (;;) {
    const root = readXml((await request(ports, { method: "GET", query: { uploads: "", prefix } })).body);
    const uploads = allOf(root, "Upload");
    for (const upload of uploads) {
      const query = { uploadId: textOf(upload, "UploadId") ?? "" };
      const abort = request(ports, { method: "DELETE", key: textOf(upload, "Key") ?? "", query });
      await unlessRefused(["NoSuchUpload"], abort);
    }
    aborted += uploads.length;
    if (uploads.length === 0) return aborted;
  }
}

const keyOf = (one: Element): string => decodeURIComponent((textOf(one, "Key") ?? "").replaceAll("+", " "));

function refuseErrors(root: Element): void {
  const failed = allOf(root, "Error");
  if (failed.length === 0) return;
  const code = textOf(failed[0] as Element, "Code") ?? "";
  throw new UpstreamError(`The object store did not delete ${failed.length} files (${code})`, {
    hint: "Call again; if it keeps failing, check what the keys of f/infra/storage may delete.",
    retryable: true,
    details: { code, files: failed.length },
  });
}
