import OpenAI from "openai";
import { OperationError, UpstreamError } from "../errors.ts";
import type { OpenaiValue } from "../resources.ts";

export type { OpenAI };

const TIMEOUT_MS = 60_000;

/** A client that does not try again by itself: who calls knows the limits and the budget. */
export const openaiClient = (openai: OpenaiValue): OpenAI =>
  new OpenAI({
    apiKey: openai.api_key,
    baseURL: openai.base_url || "https://api.openai.com/v1",
    organization: openai.organization_id || null,
    project: null,
    maxRetries: 0,
    timeout: TIMEOUT_MS,
  });

/** The API tells no version; that it takes our key and lists models is what counts. */
export async function openaiVersion(openai: OpenaiValue): Promise<null> {
  await openaiClient(openai)
    .models.list()
    .catch((error: unknown) => {
      throw toUpstreamError(error);
    });
  return null;
}

/** The one translation of the client's errors. Its messages may quote parts of a key, so they stay behind. */
export function toUpstreamError(error: unknown): unknown {
  if (error instanceof OperationError || !(error instanceof OpenAI.APIError)) return error;
  const { status, code, type } = error;
  if (status === undefined) {
    return new UpstreamError("The AI service did not answer", {
      code: "upstream_unreachable",
      hint: "Check the resource f/infra/openai and that the service can be reached.",
      retryable: true,
      cause: rootOf(error),
    });
  }
  return new UpstreamError(`The AI service refused a call (${status}${code ? `, ${code}` : ""})`, {
    hint: HINTS[status] ?? "See details; try again later if the service is at fault.",
    retryable: status === 408 || status === 409 || status === 429 || status >= 500,
    details: { status, ...(code ? { code } : {}), ...(type ? { type } : {}) },
  });
}

const HINTS: Record<number, string> = {
  401: "Check the key in the resource f/infra/openai.",
  403: "Check what the key in the resource f/infra/openai may do.",
  404: "Check the name of the model.",
  429: "Wait, or raise the limits of the account.",
};

/** `fetch` wraps what the system said, and the client wraps that. */
function rootOf(error: Error): unknown {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}
