import type { Start, Started } from "./module.ts";

/** Steps of type `identity`, and steps that are skipped or mocked: the result is what is passed in. */
export function startIdentity(start: Start, result: unknown = start.previous): Started {
  const job = start.push({ kind: "identity", args: { previous_result: result } });
  return { slot: { type: "WaitingForExecutor", id: start.slot.id, job } };
}
