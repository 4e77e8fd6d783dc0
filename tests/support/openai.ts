import OpenAI from "openai";
import type { Settings } from "../../scripts/stand_ins/openai/limits.ts";
import { startStandIn } from "./stand_in.ts";

export const OPENAI_KEY = "test-openai-key";

/** The stand-in with a client, and with what can be set and asked of it beside OpenAI's own API. */
export async function startOpenai() {
  const server = await startStandIn({
    service: "openai",
    healthPath: "/healthz",
    env: { RUN8N_OPENAI_KEY: OPENAI_KEY },
  });
  const baseURL = `${server.url}/v1`;
  const beside = async (method: string, path: string, body?: object) =>
    (
      await fetch(`${server.url}/_stand_in/${path}`, {
        method,
        headers: { authorization: `Bearer ${OPENAI_KEY}` },
        body: body && JSON.stringify(body),
      })
    ).json();
  return {
    ...server,
    baseURL,
    resource: { api_key: OPENAI_KEY, base_url: baseURL },
    client: new OpenAI({ apiKey: OPENAI_KEY, baseURL, maxRetries: 0 }),
    set: (settings: Partial<Settings>) => beside("PUT", "settings", settings),
    calls: () =>
      beside("GET", "calls") as Promise<Record<"embeddings" | "inputs" | "tokens" | "chats" | "refused", number>>,
    resetCalls: () => beside("DELETE", "calls"),
  };
}
