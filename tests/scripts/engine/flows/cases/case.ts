import type { FlowStatusModule, FlowValue, Job } from "../../../../../scripts/engine/jobs/job.ts";
import type { Script, WorldParts } from "../world.ts";

/** A flow, and what comes of it in Windmill. */
export type Case = {
  is: string;
  value: FlowValue;
  args?: Record<string, unknown>;
  /** As a preview, where Windmill does some things otherwise. */
  kind?: Job["kind"] & ("flow" | "flowpreview");
  parts?: WorldParts;
  result: unknown;
  success?: boolean;
  skipped?: boolean;
  /** Which scripts ran, in order. */
  ran?: string[];
  /** What the modules' status has, among other things. */
  status?: Partial<FlowStatusModule>[];
};

/** Inline code of the flows; `attempt` counts the calls of the same code. */
export const scripts: Record<string, Script> = {
  one: () => 1,
  two: () => 2,
  three: () => 3,
  echo: ({ x }) => x,
  double: ({ x }) => (x as number) * 2,
  sum: ({ a, b }) => (a as number) + (b as number),
  nothing: () => undefined,
  "all arguments": (args) => args,
  boom: () => {
    throw new Error("boom");
  },
  "boom if odd": ({ x }) => {
    if ((x as number) % 2) throw new Error(`odd ${x}`);
    return x;
  },
  "third time": (_, { attempt }) => {
    if (attempt < 3) throw new Error(`attempt ${attempt}`);
    return attempt;
  },
  count: (_, { attempt }) => attempt,
  "f/x/echo": ({ x }) => x,
};

/** The result of a step that threw. */
export const thrown = (step_id: string, message: string) => ({ error: { name: "Error", message, step_id } });
