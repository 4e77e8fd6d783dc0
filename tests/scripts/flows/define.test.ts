import { describe, expect, it } from "vitest";
import { defineFlow, retryable } from "../../../scripts/flows/define.ts";

const about = {
  summary: "S",
  description: "D",
  input: {
    name: { type: "string", description: "Its name" },
    dryRun: { type: "boolean", description: "Only look", default: true },
  },
} as const;
const WAITLIST = "f/infra/waitlist/ensure_waitlist";

describe("defineFlow", () => {
  it("turns steps into modules and inputs into a schema", () => {
    const flow = defineFlow(about, ({ input, step }) => {
      step("list", WAITLIST, { project: input.name }, { retry: retryable(3, 2), timeoutSeconds: 60 });
    });
    expect(flow).toEqual({
      summary: "S",
      description: "D",
      value: {
        modules: [
          {
            id: "list",
            value: {
              type: "script",
              path: WAITLIST,
              input_transforms: { project: { type: "javascript", expr: "flow_input.name" } },
            },
            retry: {
              constant: { attempts: 3, seconds: 2 },
              retry_if: { expr: "error?.extra?.retryable !== false" },
            },
            timeout: { type: "static", value: 60 },
          },
        ],
      },
      schema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        order: ["name", "dryRun"],
        properties: about.input,
        required: ["name"],
      },
    });
  });

  it("gives an input that was left out its default, which Windmill does not", () => {
    const { value } = defineFlow(
      { ...about, input: { name: { type: "string", description: "N", default: 'the "shop"' } } },
      ({ input, step }) => void step("list", WAITLIST, { project: input.name }),
    );
    expect(value.modules[0]?.value.input_transforms.project).toEqual({
      type: "javascript",
      expr: '(flow_input.name ?? "the \\"shop\\"")',
    });
  });

  it("passes the result of one step to another by its path", () => {
    const { value } = defineFlow(about, ({ input, step }) => {
      const list = step("list", WAITLIST, { project: input.name });
      step("again", WAITLIST, { project: list.table });
    });
    expect(value.modules[1]?.value.input_transforms).toEqual({
      project: { type: "javascript", expr: "results.list.table" },
    });
  });

  it("runs a script of its own when a step has failed for good", () => {
    const { value } = defineFlow(about, ({ input, step, onFailure }) => {
      step("list", WAITLIST, { project: input.name });
      onFailure(WAITLIST, (error) => ({ project: error.step_id }));
    });
    expect(value.failure_module).toMatchObject({
      id: "failure",
      value: { path: WAITLIST, input_transforms: { project: { expr: "error.step_id" } } },
    });
  });

  it.each(["list", "List", "a-b", "1st", ""])("refuses the id %j for a second step", (id) => {
    const define = () =>
      defineFlow(about, ({ input, step }) => {
        step("list", WAITLIST, { project: input.name });
        step(id, WAITLIST, { project: input.name });
      });
    expect(define).toThrow(`Step id "${id}"`);
  });
});
