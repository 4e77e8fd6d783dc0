import { allOf, element, textOf } from "../../../f/lib/storage/xml.ts";
import { emptyAnswer, fail, xmlAnswer } from "./answers.ts";
import type { Call, Operation } from "./call.ts";
import { documentOf } from "./configurations.ts";

type Deleted = { versionId?: string; marker: boolean };

/** One version for good, or with no version named a marker that hides the key; without versions the key is gone. */
function deleteOne({ store, bucket }: Pick<Call, "store" | "bucket">, key: string, id: string | undefined): Deleted {
  const held = store.bucket(bucket);
  if (id !== undefined) return { versionId: id, marker: store.remove(bucket, key, id)?.marker === 1 };
  if (held.versioning) {
    const marker = store.add(held, { key, marker: 1, size: 0, etag: "", blob: null, headers: "{}" });
    return { versionId: marker.version_id, marker: true };
  }
  store.remove(bucket, key, "null");
  return { marker: false };
}

export const DELETE_OPERATIONS: Operation[] = [
  {
    name: "DeleteObject",
    method: "DELETE",
    target: "object",
    takes: ["versionId"],
    run: (call) => {
      const { versionId, marker } = deleteOne(call, call.key, call.query.get("versionId") ?? undefined);
      return emptyAnswer(204, {
        ...(versionId === undefined ? {} : { "x-amz-version-id": versionId }),
        ...(marker ? { "x-amz-delete-marker": "true" } : {}),
      });
    },
  },
  {
    name: "DeleteObjects",
    method: "POST",
    target: "bucket",
    needs: ["delete"],
    run: (call) => {
      const { store, bucket, headers } = call;
      store.bucket(bucket);
      if (!headers.has("content-md5") && !headers.has("x-amz-checksum-crc32")) {
        fail(400, "InvalidRequest", "Missing required header for this request: Content-MD5");
      }
      const root = documentOf(call, "Delete");
      const objects = allOf(root, "Object");
      const isSound = objects.every((one) => textOf(one, "Key"));
      if (objects.length === 0 || objects.length > 1000 || !isSound) {
        fail(400, "MalformedXML", "The XML you provided was not well-formed or did not validate.");
      }
      const quiet = textOf(root, "Quiet") === "true";
      const items = objects.map((one) => {
        const key = textOf(one, "Key") as string;
        const asked = textOf(one, "VersionId");
        const { versionId, marker } = deleteOne(call, key, asked);
        return element("Deleted", [
          element("Key", key),
          asked === undefined ? undefined : element("VersionId", asked),
          marker ? element("DeleteMarker", true) : undefined,
          marker && versionId ? element("DeleteMarkerVersionId", versionId) : undefined,
        ]);
      });
      return xmlAnswer("DeleteResult", quiet ? [] : items);
    },
  },
];
