import type { Module, ModuleValue, Transform, Transforms } from "../../../../scripts/engine/flows/definition.ts";
import type { FlowModule, FlowValue } from "../../../../scripts/engine/jobs/job.ts";

/** Short ways to write flows in tests. */
type Settings = Omit<Partial<Module>, "id" | "value"> & Record<string, unknown>;

export const js = (expr: string): Transform => ({ type: "javascript", expr });
export const fixed = (value: unknown): Transform => ({ type: "static", value });

export const module = (id: string, value: ModuleValue | { type: string }, settings: Settings = {}) =>
  ({ id, value, ...settings }) as unknown as FlowModule;

/** Inline code; in the in-memory engine the code is the name of a function. */
export const code = (id: string, content: string, input_transforms: Transforms = {}, settings: Settings = {}) =>
  module(id, { type: "rawscript", content, language: "bun", input_transforms }, settings);

export const script = (id: string, path: string, input_transforms: Transforms = {}, settings: Settings = {}) =>
  module(id, { type: "script", path, input_transforms }, settings);

export const identity = (id: string, settings: Settings = {}) => module(id, { type: "identity" }, settings);

export const forloop = (
  id: string,
  iterator: Transform,
  modules: FlowModule[],
  more: object = {},
  settings: Settings = {},
) => module(id, { type: "forloopflow", iterator, modules, ...more } as unknown as ModuleValue, settings);

export const whileloop = (id: string, modules: FlowModule[], more: object = {}, settings: Settings = {}) =>
  module(id, { type: "whileloopflow", modules, ...more } as unknown as ModuleValue, settings);

export const branchone = (id: string, branches: [expr: string, ...FlowModule[]][], fallback: FlowModule[] = []) =>
  module(id, {
    type: "branchone",
    branches: branches.map(([expr, ...modules]) => ({ expr, modules })),
    default: fallback,
  } as unknown as ModuleValue);

export const branchall = (
  id: string,
  branches: (FlowModule[] | object)[],
  more: object = {},
  settings: Settings = {},
) =>
  module(
    id,
    {
      type: "branchall",
      branches: branches.map((branch) => (Array.isArray(branch) ? { modules: branch } : branch)),
      ...more,
    } as unknown as ModuleValue,
    settings,
  );

export const flow = (...modules: FlowModule[]): FlowValue => ({ modules });
