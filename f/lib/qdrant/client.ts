import { QdrantClient } from "@qdrant/js-client-rest";
import { OperationError, UpstreamError } from "../errors.ts";
import type { QdrantValue } from "../resources.ts";

export type { QdrantClient };

const TIMEOUT_MS = 60_000;

/** A call that the client has no method for; an answer that is not 2xx is an error as the client's own are. */
export type QdrantHttp = (path: string, init?: RequestInit) => Promise<Response>;

/** Opens a client, does the work and puts the client's errors into ours. Throws Upstream. */
export async function withQdrant<T>(
  qdrant: QdrantValue,
  work: (client: QdrantClient, http: QdrantHttp) => Promise<T>,
): Promise<T> {
  // The key as a header: the client's own option for it warns on every call when there is no TLS inside the server.
  const headers = qdrant.api_key ? { "api-key": qdrant.api_key } : undefined;
  const client = new QdrantClient({ url: qdrant.url, headers, timeout: TIMEOUT_MS, checkCompatibility: false });
  try {
    return await work(client, (path, init) =>
      call(`${qdrant.url.replace(/\/$/, "")}${path}`, { ...init, headers: { ...init?.headers, ...headers } }),
    );
  } catch (error) {
    throw toUpstreamError(error);
  }
}

async function call(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.ok) return answer;
  const data: unknown = await answer.json().catch(() => undefined);
  throw Object.assign(new Error(answer.statusText), { status: answer.status, data });
}

/** The version of the server, which it tells to everybody; that it takes our key is asked first. */
export const qdrantVersion = (qdrant: QdrantValue): Promise<string | null> =>
  withQdrant(qdrant, async (client) => {
    await client.getCollections();
    return (await client.versionInfo()).version;
  });

/** Whether a call failed because there is no such collection or point. */
export const isNotFound = (error: unknown): boolean => statusOf(error) === 404;

/** The status that the server answered with, when an error is an answer of its. */
export function statusOf(error: unknown): number | undefined {
  const { status } = error as { status?: unknown };
  return error instanceof Error && !(error instanceof OperationError) && typeof status === "number"
    ? status
    : undefined;
}

/** The one translation of the client's errors. What the server says names collections and sizes, never a payload. */
function toUpstreamError(error: unknown): unknown {
  if (error instanceof OperationError || !(error instanceof Error)) return error;
  const status = statusOf(error);
  if (status === undefined) return isUnreachable(error) ? unreachable(error) : error;
  const said = (error as { data?: { status?: { error?: unknown } } }).data?.status?.error;
  return new UpstreamError(
    `Qdrant refused a call (${status})${typeof said === "string" ? `: ${said.slice(0, 200)}` : ""}`,
    {
      hint: status === 401 || status === 403 ? "Check the key in the resource f/infra/qdrant." : "See the message.",
      retryable: status === 429 || status >= 500,
      details: { status },
    },
  );
}

/** `fetch` wraps what the system said; a timeout of ours ends as an abort. */
const isUnreachable = (error: Error): boolean =>
  /fetch failed|Unable to connect|ECONN|EPIPE|ENOTFOUND|closed unexpectedly|abort|timed? ?out/i.test(
    `${error.name} ${error.message}`,
  ) || error.name === "QdrantClientTimeoutError";

const unreachable = (error: Error): UpstreamError =>
  new UpstreamError("Qdrant did not answer", {
    code: "upstream_unreachable",
    hint: "Check the resource f/infra/qdrant and that the server runs.",
    retryable: true,
    cause: error.cause ?? error,
  });
