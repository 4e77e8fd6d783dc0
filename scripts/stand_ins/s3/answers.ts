import { randomBytes } from "node:crypto";
import { element, xmlDocument } from "../../../f/lib/storage/xml.ts";

/** A refusal in S3's words; it is thrown, and answered as XML. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const fail = (status: number, code: string, message: string): never => {
  throw new S3Error(status, code, message);
};

export const notImplemented = (what: string): never =>
  fail(501, "NotImplemented", `The S3 stand-in does not support ${what}`);

const requestId = () => ({ "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase() });

export const xmlAnswer = (name: string, content: Parameters<typeof xmlDocument>[1], headers = {}): Response =>
  new Response(xmlDocument(name, content), {
    headers: { ...requestId(), "content-type": "application/xml", ...headers },
  });

export const emptyAnswer = (status = 200, headers = {}): Response =>
  new Response(null, { status, headers: { ...requestId(), ...headers } });

/** As S3 words it: the document has no namespace, and a HEAD has no body. */
export function errorAnswer(status: number, code: string, message: string): Response {
  const body = element("Error", [element("Code", code), element("Message", message)]);
  return new Response(status === 304 ? null : `<?xml version="1.0" encoding="UTF-8"?>\n${body}`, {
    status,
    headers: { ...requestId(), "content-type": "application/xml" },
  });
}
