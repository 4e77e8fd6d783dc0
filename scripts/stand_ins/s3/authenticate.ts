import { timingSafeEqual } from "node:crypto";
import { fail } from "./answers.ts";
import { canonicalRequest, type Scope, scopeText, sha256, signatureOf, signingKey } from "./canonical.ts";
import { decodeChunks } from "./chunked.ts";

export type Keys = { accessKey: string; secretKey: string; region: string };
type Request = { method: string; url: URL; headers: Headers; body: Uint8Array };

const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

/** Verifies who signed the request, in a header or in the URL, and answers the body without any framing. */
export function authenticate(request: Request, keys: Keys, now: Date): Uint8Array {
  const { url, headers } = request;
  if (url.searchParams.has("X-Amz-Signature")) return presigned(request, keys, now);
  if (headers.has("authorization")) return signed(request, keys, now);
  return fail(403, "AccessDenied", "Access Denied.");
}

function signed(request: Request, keys: Keys, now: Date): Uint8Array {
  const { headers, body } = request;
  const [, credential = "", names = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.get("authorization") ?? "",
    ) ?? fail(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.");
  const time = headers.get("x-amz-date") ?? "";
  if (Math.abs(momentOf(time).getTime() - now.getTime()) > MAX_SKEW_MS) {
    fail(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
  }
  const payload =
    headers.get("x-amz-content-sha256") ?? fail(400, "MissingSecurityHeader", "Missing x-amz-content-sha256");
  const { key, scope } = verify(request, keys, { credential, names, signature, time, payload });
  if (payload.startsWith("STREAMING-")) {
    return decodeChunks(body, headers, { kind: payload, key, scope, time, signature });
  }
  if (payload !== "UNSIGNED-PAYLOAD" && payload !== sha256(body)) {
    fail(
      400,
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return body;
}

function presigned(request: Request, keys: Keys, now: Date): Uint8Array {
  const query = (name: string): string =>
    request.url.searchParams.get(`X-Amz-${name}`) ??
    fail(400, "AuthorizationQueryParametersError", `Query-string authentication needs X-Amz-${name}.`);
  if (query("Algorithm") !== "AWS4-HMAC-SHA256") {
    fail(400, "AuthorizationQueryParametersError", 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const [time, expires] = [query("Date"), Number(query("Expires"))];
  if (!Number.isInteger(expires) || expires < 1 || expires > MAX_EXPIRES_SECONDS) {
    fail(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be between 1 and 604800 seconds");
  }
  const age = now.getTime() - momentOf(time).getTime();
  if (age < -MAX_SKEW_MS) fail(403, "AccessDenied", "Request is not valid yet");
  if (age > expires * 1000) fail(403, "AccessDenied", "Request has expired");
  const payload = request.url.searchParams.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD";
  const [credential, names, signature] = [query("Credential"), query("SignedHeaders"), query("Signature")];
  verify(request, keys, { credential, names, signature, time, payload });
  return request.body;
}

type Claim = { credential: string; names: string; signature: string; time: string; payload: string };

function verify(request: Request, keys: Keys, claim: Claim): { key: Buffer; scope: Scope } {
  const [accessKey, ...rest] = claim.credential.split("/");
  const scope = { date: rest[0] ?? "", region: rest[1] ?? "" };
  if (rest.join("/") !== scopeText(scope) || !claim.time.startsWith(scope.date)) {
    fail(400, "AuthorizationHeaderMalformed", "The credential is malformed.");
  }
  if (scope.region !== keys.region) {
    fail(400, "AuthorizationHeaderMalformed", `The region '${scope.region}' is wrong; expecting '${keys.region}'`);
  }
  if (accessKey !== keys.accessKey) fail(403, "InvalidAccessKeyId", "The access key does not exist in our records.");
  const names = claim.names.split(";");
  const unsigned = [...request.headers.keys()].filter((name) => name.startsWith("x-amz-") && !names.includes(name));
  if (!names.includes("host") || unsigned.length > 0) {
    fail(403, "AccessDenied", "There were headers present in the request which were not signed");
  }
  const key = signingKey(keys.secretKey, scope);
  const expected = signatureOf(key, claim.time, scope, canonicalRequest(request, names, claim.payload));
  const given = Buffer.from(claim.signature);
  if (given.length !== expected.length || !timingSafeEqual(given, Buffer.from(expected))) {
    fail(403, "SignatureDoesNotMatch", "The signature we calculated does not match the one you provided.");
  }
  return { key, scope };
}

function momentOf(time: string): Date {
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  if (iso === time || Number.isNaN(Date.parse(iso))) fail(403, "AccessDenied", "The request has no valid date");
  return new Date(iso);
}
