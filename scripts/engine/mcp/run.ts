import { waitFor } from "../api/run.ts";
import { ApiError } from "../errors.ts";
import { flowRunnable, ownedBy, scriptRunnable, startedBy } from "../jobs/runnable.ts";
import type { Call } from "../router.ts";
import type { Doc } from "../store/items.ts";
import { parsed } from "./endpoint_calls.ts";
import { internalError } from "./failure.ts";
import type { Item } from "./items.ts";
import { inputSchemaOf, withOriginalNames } from "./schema.ts";

/** Of the request's headers a preprocessor sees all but those that let the caller in. */
const WITHHELD = ["authorization", "cookie", "proxy-authorization"];

/**
 * Runs a script or flow and waits for it. Resolves to its result, to `{ error }` when the job failed: for MCP that is
 * a result like any other.
 */
export async function runItem(item: Item, tool: string, given: Doc, call: Call): Promise<unknown> {
  const { engine, request, caller } = call;
  const args = withOriginalNames(given, inputSchemaOf(item.doc.schema));
  try {
    const runnable =
      item.kind === "script" ? scriptRunnable(engine, { path: item.path }) : flowRunnable(engine, item.path);
    const headers = Object.fromEntries([...request.headers].filter(([name]) => !WITHHELD.includes(name)));
    const event = { kind: "mcp", body: args, headers, tool_name: tool };
    const job = engine.queue.push({
      ...startedBy(runnable, runnable.hasPreprocessor),
      ...ownedBy(engine, caller),
      args: runnable.hasPreprocessor ? { event } : args,
    });
    return parsed(await (await waitFor(call, job)).text());
  } catch (error) {
    if (error instanceof ApiError) throw internalError(`Failed to run ${item.kind}: ${error.message}`);
    throw error;
  }
}
