import { countTokens } from "gpt-tokenizer/encoding/cl100k_base";
import { extract, type Message, obey } from "./answer.ts";
import { Failure, invalid, refuseUnknown } from "./failure.ts";
import type { Settings } from "./limits.ts";

/** The chat models whose names it answers to. Their answers say by `system_fingerprint` that no model was asked. */
export const CHAT_MODELS = ["gpt-4o-mini", "gpt-4o", "gpt-4.1-mini", "gpt-4.1-nano"];
const FINGERPRINT = "run8n-stand-in-extractive";

const KNOWN = [
  "model",
  "messages",
  "stream",
  "stream_options",
  "temperature",
  "top_p",
  "max_tokens",
  "max_completion_tokens",
  "seed",
  "user",
  "n",
  "store",
];

export type Chat = {
  model: string;
  messages: Message[];
  stream: boolean;
  withUsage: boolean;
  tokens: number;
  most: number;
};

const tokensOf = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });

export function chatOf(body: Record<string, unknown>): Chat {
  refuseUnknown(body, KNOWN);
  if (!CHAT_MODELS.includes(String(body.model))) {
    throw new Failure(404, `The model \`${String(body.model)}\` does not exist or you do not have access to it.`, {
      code: "model_not_found",
    });
  }
  if (body.n !== undefined && body.n !== 1)
    throw new Failure(501, "The openai stand-in gives one answer, n must be 1", { param: "n" });
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    throw invalid("'messages' must be a list of messages", "messages");
  const messages = body.messages.map(messageOf);
  const tokens = messages.reduce((sum, { content }) => sum + tokensOf(content) + 4, 3);
  if (tokens > 128_000)
    throw new Failure(
      400,
      `This model's maximum context length is 128000 tokens. However, your messages resulted in ${tokens} tokens.`,
      { code: "context_length_exceeded" },
    );
  const options = body.stream_options as { include_usage?: boolean } | undefined;
  return {
    model: String(body.model),
    messages,
    stream: body.stream === true,
    withUsage: options?.include_usage === true,
    tokens,
    most: Number(body.max_completion_tokens ?? body.max_tokens ?? 4096),
  };
}

function messageOf(value: { role?: unknown; content?: unknown }): Message {
  const { role, content, ...others } = value;
  refuseUnknown(others, []);
  if (typeof role !== "string" || !["system", "developer", "user", "assistant"].includes(role)) {
    throw new Failure(501, "The openai stand-in knows the roles system, developer, user and assistant", {
      param: "messages",
    });
  }
  if (typeof content === "string") return { role, content };
  const parts = Array.isArray(content) ? content : [];
  if (parts.length === 0 || !parts.every((one) => one?.type === "text")) {
    throw new Failure(501, "The openai stand-in reads texts only", { param: "messages" });
  }
  return { role, content: parts.map((one) => String(one.text)).join("") };
}

/** The answer, cut to as many words as tokens were allowed. */
function answerTo({ messages, most }: Chat, mode: Settings["mode"]) {
  const obeyed = mode === "extract" ? undefined : obey(messages, mode === "obey");
  const whole = obeyed ?? extract(messages);
  const pieces = whole.match(/\s*\S+/g) ?? [whole];
  const kept = pieces.slice(0, most);
  return { pieces: kept, text: kept.join(""), reason: kept.length < pieces.length ? "length" : "stop" };
}

export function completion(chat: Chat, mode: Settings["mode"]): Response {
  const { pieces, text, reason } = answerTo(chat, mode);
  const completionTokens = tokensOf(text);
  const usage = {
    prompt_tokens: chat.tokens,
    completion_tokens: completionTokens,
    total_tokens: chat.tokens + completionTokens,
  };
  const common = {
    id: `chatcmpl-${crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: chat.model,
    system_fingerprint: FINGERPRINT,
  };
  if (!chat.stream) {
    const message = { role: "assistant", content: text, refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: reason }];
    return Response.json({ ...common, object: "chat.completion", choices, usage });
  }
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...common,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });
  const events = [
    chunk({ role: "assistant", content: "" }),
    ...pieces.map((content) => chunk({ content })),
    chunk({}, reason),
    ...(chat.withUsage ? [{ ...common, object: "chat.completion.chunk", choices: [], usage }] : []),
  ];
  return new Response(streamOf(events), { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

function streamOf(events: object[]): ReadableStream {
  const lines = [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), "data: [DONE]\n\n"];
  return new ReadableStream({
    async pull(controller) {
      const line = lines.shift();
      if (line === undefined) return controller.close();
      controller.enqueue(new TextEncoder().encode(line));
      await new Promise((resolve) => setImmediate(resolve)); // each word on its way before the next
    },
  });
}
