import { runStandIn } from "../run.ts";
import { CHAT_MODELS, chatOf, completion } from "./chat.ts";
import { EMBEDDING_MODELS, embeddingOf, embeddings } from "./embeddings.ts";
import { Failure, failed, refuseUnknown } from "./failure.ts";
import { Limits, type Settings, UNLIMITED } from "./limits.ts";

type Calls = { embeddings: number; inputs: number; tokens: number; chats: number; refused: number };

/**
 * What an OpenAI-compatible service answers when there is none: `/v1/embeddings`, `/v1/chat/completions` and `/v1/models`.
 * No model stands behind it; see embed.ts and answer.ts. `/_stand_in/settings` sets rate limits, delays and failures, and
 * `/_stand_in/calls` tells what was asked so far.
 */
await runStandIn("openai", () => {
  const key = process.env.RUN8N_OPENAI_KEY ?? "";
  let limits = new Limits({ ...UNLIMITED });
  let calls: Calls = { embeddings: 0, inputs: 0, tokens: 0, chats: 0, refused: 0 };

  const guarded = (work: (request: Request) => Response | Promise<Response>) => async (request: Request) => {
    try {
      if (request.headers.get("authorization") !== `Bearer ${key}`) {
        throw new Failure(401, "Incorrect API key provided.", { code: "invalid_api_key" });
      }
      return await work(request);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      calls.refused++;
      return failed(error, limits.headers());
    }
  };

  /** Everything that a model would do: waits, fails and is counted as the settings say. */
  const model = <T extends { tokens: number }>(
    read: (body: Record<string, unknown>) => T,
    answer: (asked: T) => Response,
  ) =>
    guarded(async (request) => {
      const asked = read(await jsonOf(request));
      const planned = limits.settings.failures.shift();
      if (planned === 0) return cutOff();
      if (planned !== undefined) throw new Failure(planned, "The stand-in was told to fail this call");
      limits.take(asked.tokens);
      await Bun.sleep(limits.settings.latencyMs);
      const response = answer(asked);
      calls.tokens += asked.tokens;
      for (const [name, value] of Object.entries(limits.headers())) response.headers.set(name, value);
      return response;
    });

  return {
    refuse: (status, message) => failed(new Failure(status, message)),
    routes: {
      "/healthz": { GET: () => new Response("ok") },
      "/v1/models": {
        GET: guarded(() => {
          const names = [...Object.keys(EMBEDDING_MODELS), ...CHAT_MODELS];
          const listed = names.map((id) => ({ id, object: "model", created: 0, owned_by: "run8n-stand-in" }));
          return Response.json({ object: "list", data: listed });
        }),
      },
      "/v1/embeddings": {
        POST: model(embeddingOf, (asked) => {
          calls.embeddings++;
          calls.inputs += asked.inputs.length;
          return Response.json(embeddings(asked));
        }),
      },
      "/v1/chat/completions": {
        POST: model(chatOf, (asked) => {
          calls.chats++;
          return completion(asked, limits.settings.mode);
        }),
      },
      "/_stand_in/settings": {
        PUT: guarded(async (request) => {
          const settings = await jsonOf(request);
          refuseUnknown(settings, Object.keys(UNLIMITED));
          limits = new Limits({ ...UNLIMITED, ...settings } as Settings);
          return Response.json(limits.settings);
        }),
      },
      "/_stand_in/calls": {
        GET: guarded(() => Response.json(calls)),
        DELETE: guarded(() => {
          calls = { embeddings: 0, inputs: 0, tokens: 0, chats: 0, refused: 0 };
          return Response.json(calls);
        }),
      },
    },
  };
});

/** Half an answer, and then the connection is gone. */
function cutOff(): Response {
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode('{"object":'));
      await Bun.sleep(5); // so that the half is on its way first
      controller.error(new Error("cut off on demand"));
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

async function jsonOf(request: Request): Promise<Record<string, unknown>> {
  const body: unknown = await request.json().catch(() => undefined);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new Failure(400, "We could not parse the JSON body of your request.");
}
