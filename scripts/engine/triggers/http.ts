import type { Engine } from "../engine.ts";
import { notFound } from "../errors.ts";

/** Answers a request below `/api/r/`. */
export async function answerTrigger(_engine: Engine, _request: Request, url: URL): Promise<Response> {
  throw notFound(`Trigger not found at name ${url.pathname.slice("/api/r".length)}`);
}
