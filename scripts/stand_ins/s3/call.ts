import type { Store } from "./store.ts";

/** A request whose signature is verified; the body is without framing. */
export type Call = {
  store: Store;
  method: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  headers: Headers;
  body: Uint8Array;
};

export type Operation = {
  name: string;
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  target: "service" | "bucket" | "object";
  /** Query parameters that must be there and tell this operation apart. */
  needs?: string[];
  /** Query parameters that may be there. */
  takes?: string[];
  /** `x-amz-` headers that it understands beside those that every request may have. */
  headers?: RegExp;
  run: (call: Call) => Response;
};
