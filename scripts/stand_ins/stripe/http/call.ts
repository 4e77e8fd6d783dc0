import { createHash } from "node:crypto";
import type { z } from "zod";
import type { World } from "../world.ts";
import { expand } from "./expand.ts";
import { type FormValue, parseForm } from "./form.ts";
import { invalid, Problem, problemResponse, unsupported } from "./problem.ts";

type Parameters = Record<string, FormValue>;
export type Handler = (world: World, params: never, ids: Record<string, string>) => object;
export type Endpoint = { fields: z.ZodType; handle: Handler };

/** One endpoint: its parameters as a strict schema, and what it answers. */
export const endpoint = <S extends z.ZodType>(
  fields: S,
  handle: (world: World, params: z.output<S>, ids: Record<string, string>) => object,
): Endpoint => ({ fields, handle: handle as Handler });

/**
 * Answers a call of Stripe's API: the key, the parameters, idempotency and `expand`, around an endpoint that runs as
 * one transaction, so that a failed call leaves nothing behind.
 */
export function answering(world: World, { fields, handle }: Endpoint) {
  return async (request: Bun.BunRequest): Promise<Response> => {
    const headers = { "request-id": world.id("req"), "stripe-version": world.apiVersion };
    try {
      authenticate(request, world.secretKey);
      const { expand: paths = [], ...params } = parseForm(await formOf(request));
      const run = () => {
        const answer = world.store.transaction(() =>
          handle(world, parsed(request, fields, params) as never, request.params),
        );
        return { status: 200, body: expand(world, answer, paths as string[]) };
      };
      const { status, body } = idempotently(world, request, JSON.stringify([request.url, params, paths]), run);
      return Response.json(body, { status, headers });
    } catch (error) {
      if (error instanceof Problem) return problemResponse(error, headers);
      throw error;
    }
  };
}

async function formOf(request: Request): Promise<string> {
  if (request.method === "GET" || request.method === "DELETE") return new URL(request.url).search.slice(1);
  return request.text();
}

function authenticate(request: Request, secretKey: string): void {
  if (request.headers.get("authorization") === `Bearer ${secretKey}`) return;
  throw new Problem(401, "invalid_request_error", "Invalid API Key provided");
}

function parsed(request: Request, fields: z.ZodType, params: Parameters): unknown {
  const { data, error } = fields.safeParse(params);
  if (!error) return data;
  const [issue] = error.issues;
  const param = [...issue!.path, ...(issue!.code === "unrecognized_keys" ? issue!.keys.slice(0, 1) : [])]
    .map((key, depth) => (depth === 0 ? String(key) : `[${String(key)}]`))
    .join("");
  if (issue!.code === "unrecognized_keys") {
    throw unsupported(`the parameter ${param} of ${request.method} ${new URL(request.url).pathname}`);
  }
  throw invalid(
    `Invalid ${param}: ${issue!.message}`,
    param,
    issue!.input === undefined ? "parameter_missing" : undefined,
  );
}

/** The first answer to a key is the answer to each repetition; another request under the same key is an error. */
function idempotently(world: World, request: Request, call: string, run: () => { status: number; body: object }) {
  const key = request.method === "POST" ? request.headers.get("idempotency-key") : null;
  if (!key) return run();
  const digest = createHash("sha256").update(call).digest("hex");
  const known = world.store.answerTo(key);
  if (known && known.digest !== digest) {
    throw new Problem(
      400,
      "idempotency_error",
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  if (known) return { status: known.status, body: known.body };
  const answer = run();
  world.store.keepAnswer(key, { digest, ...answer });
  return answer;
}
