import type { Engine } from "../engine.ts";
import { badRequest } from "../errors.ts";
import type { Job } from "./job.ts";
import { flowRunnable, type Runnable, scriptRunnable, startedBy } from "./runnable.ts";

/**
 * What `script/<path>` or `flow/<path>` names as a handler, to be run without its preprocessor. Throws an ApiError when
 * it names neither, with `setting` in the message, and when there is no such script or flow.
 */
export function handlerRunnable(engine: Engine, handler: string, setting: string): Runnable["job"] {
  const [, kind, path = ""] = /^(script|flow)\/(.+)$/.exec(handler) ?? [];
  if (!kind) throw badRequest(`${setting} must begin with script/ or flow/`);
  return startedBy(kind === "flow" ? flowRunnable(engine, path) : scriptRunnable(engine, { path }), false);
}

/** A failed job's result is `{ error: {...} }`, which makes `error` an argument of its handler. */
export function resultAsArguments({ result }: Job): Record<string, unknown> {
  const isObject = typeof result === "object" && result !== null && !Array.isArray(result);
  return isObject ? (result as Record<string, unknown>) : { error: result };
}
