import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { gunzipSync } from "node:zlib";
import { TimeoutError, TooLargeError, UpstreamError } from "../errors.ts";

export type WebAnswer = { status: number; headers: Record<string, string>; body: Buffer };

export type WebLimits = { maxBytes: number; timeoutMs: number };

/**
 * One GET of a URL at an address that was chosen before; the host of the URL only stands in the request, and on the
 * certificate. Follows nothing. Throws Too large, Timeout, Upstream.
 */
export function getAt(
  address: string,
  url: URL,
  headers: Record<string, string>,
  { maxBytes, timeoutMs }: WebLimits,
): Promise<WebAnswer> {
  const isHttps = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const call = (isHttps ? requestHttps : requestHttp)(
      {
        host: address,
        port: url.port || (isHttps ? 443 : 80),
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host, "accept-encoding": "identity" },
        servername: url.hostname,
        agent: false,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.byteLength;
          if (size > maxBytes) end(tooLarge(maxBytes));
        });
        answer.on("error", (error) => end(failed(error)));
        answer.on("end", () => {
          clearTimeout(timer);
          const status = answer.statusCode ?? 0;
          const found = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
          try {
            resolve({ status, headers: Object.fromEntries(found), body: unpacked(Buffer.concat(chunks), maxBytes) });
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    const end = (error: Error) => {
      clearTimeout(timer);
      reject(error);
      call.destroy();
    };
    const timer = setTimeout(() => end(tooSlow(timeoutMs)), timeoutMs);
    call.on("error", (error) => end(failed(error)));
    call.end();
  });
}

/** Some servers pack although they were asked not to. */
function unpacked(body: Buffer, maxBytes: number): Buffer {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(maxBytes) : failed(error);
  }
}

const tooLarge = (maxBytes: number) =>
  new TooLargeError(`The page has more than ${maxBytes} bytes`, { hint: "Pass a smaller page." });
const tooSlow = (ms: number) =>
  new TimeoutError(`The page did not arrive within ${ms / 1000} seconds`, { hint: "Try again later." });
const failed = (cause: unknown) =>
  new UpstreamError("The page could not be read", {
    code: "upstream_unreachable",
    hint: "Check that it opens in a browser, and try again later.",
    retryable: true,
    cause,
  });
