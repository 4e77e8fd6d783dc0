import { allOf, type Element, element, readXml, textOf } from "../../../f/lib/storage/xml.ts";
import { emptyAnswer, fail, xmlAnswer } from "./answers.ts";
import type { Call, Operation } from "./call.ts";
import { checkCors, checkLifecycle } from "./rules.ts";

const GROUP = "http://acs.amazonaws.com/groups/global/AllUsers";

/** The root of a body that must be this document, checked by its checksum as S3 demands for settings. */
export function documentOf({ body }: Pick<Call, "body">, name: string): Element {
  try {
    const root = readXml(Buffer.from(body).toString("utf8"));
    if (root.name === name) return root;
  } catch {
    // Refused below, like any other document that is not the one.
  }
  return fail(400, "MalformedXML", "The XML you provided was not well-formed or did not validate.");
}

/** GET, PUT and DELETE of a document that is kept with the bucket and answered as it came. */
const kept = (
  subresource: "cors" | "lifecycle",
  document: { root: string; missing: string; check: (root: Element) => void },
): Operation[] => [
  {
    name: `Get ${subresource}`,
    method: "GET",
    target: "bucket",
    needs: [subresource],
    run: ({ store, bucket }) => {
      const text = store.bucket(bucket)[subresource];
      if (text === null) return fail(404, document.missing, `The ${subresource} configuration does not exist`);
      return new Response(text, { headers: { "content-type": "application/xml" } });
    },
  },
  {
    name: `Put ${subresource}`,
    method: "PUT",
    target: "bucket",
    needs: [subresource],
    run: (call) => {
      const { store, bucket, headers, body } = call;
      store.bucket(bucket);
      if (!headers.has("content-md5") && !headers.has("x-amz-checksum-crc32")) {
        fail(400, "InvalidRequest", "Missing required header for this request: Content-MD5");
      }
      document.check(documentOf(call, document.root));
      store.sql.run(`update bucket set ${subresource} = ? where name = ?`, [
        Buffer.from(body).toString("utf8"),
        bucket,
      ]);
      return emptyAnswer();
    },
  },
  {
    name: `Delete ${subresource}`,
    method: "DELETE",
    target: "bucket",
    needs: [subresource],
    run: ({ store, bucket }) => {
      store.bucket(bucket);
      store.sql.run(`update bucket set ${subresource} = null where name = ?`, [bucket]);
      return emptyAnswer(204);
    },
  },
];

export const CONFIGURATION_OPERATIONS: Operation[] = [
  ...kept("cors", { root: "CORSConfiguration", missing: "NoSuchCORSConfiguration", check: checkCors }),
  ...kept("lifecycle", {
    root: "LifecycleConfiguration",
    missing: "NoSuchLifecycleConfiguration",
    check: checkLifecycle,
  }),
  {
    name: "GetBucketVersioning",
    method: "GET",
    target: "bucket",
    needs: ["versioning"],
    run: ({ store, bucket }) => {
      const { versioning } = store.bucket(bucket);
      return xmlAnswer("VersioningConfiguration", versioning ? [element("Status", versioning)] : []);
    },
  },
  {
    name: "PutBucketVersioning",
    method: "PUT",
    target: "bucket",
    needs: ["versioning"],
    run: (call) => {
      call.store.bucket(call.bucket);
      const root = documentOf(call, "VersioningConfiguration");
      if (textOf(root, "Status") !== "Enabled" || root.children.length !== 1) {
        fail(501, "NotImplemented", "The S3 stand-in does not suspend versions");
      }
      call.store.sql.run("update bucket set versioning = 'Enabled' where name = ?", [call.bucket]);
      return emptyAnswer();
    },
  },
  {
    name: "GetBucketAcl",
    method: "GET",
    target: "bucket",
    needs: ["acl"],
    run: ({ store, bucket }) => {
      const grant = (grantee: string[], permission: string) =>
        element("Grant", [element("Grantee", grantee), element("Permission", permission)]);
      const isPublic = store.bucket(bucket).acl === "public-read";
      return xmlAnswer("AccessControlPolicy", [
        element("Owner", [element("ID", "owner")]),
        element("AccessControlList", [
          grant([element("ID", "owner")], "FULL_CONTROL"),
          isPublic ? grant([element("URI", GROUP)], "READ") : undefined,
        ]),
      ]);
    },
  },
  {
    name: "PutBucketAcl",
    method: "PUT",
    target: "bucket",
    needs: ["acl"],
    headers: /^x-amz-acl$/,
    run: ({ store, bucket, headers }) => {
      store.bucket(bucket);
      const acl = headers.get("x-amz-acl") ?? "";
      if (acl !== "private" && acl !== "public-read") fail(400, "InvalidArgument", "Unsupported canned ACL");
      store.sql.run("update bucket set acl = ? where name = ?", [acl, bucket]);
      return emptyAnswer();
    },
  },
  {
    name: "GetBucketLocation",
    method: "GET",
    target: "bucket",
    needs: ["location"],
    run: ({ store, bucket }) => {
      store.bucket(bucket);
      return xmlAnswer("LocationConstraint", []);
    },
  },
];

/** The rules of a kept document, for whoever goes by them. */
export const rulesIn = (text: string | null, rule: string): Element[] =>
  text === null ? [] : allOf(readXml(text), rule);
