import { describe, expect, it } from "vitest";
import { defineFlow, retryable } from "../../../scripts/flows/define.ts";
import { type Flow, stepsOf } from "../../../scripts/flows/flow.ts";

const about = {
  summary: "S",
  description: "D",
  input: {
    name: { type: "string", description: "Its name" },
    dryRun: { type: "boolean", description: "Only look", default: true },
  },
} as const;
const WAITLIST = "f/infra/waitlist/ensure_waitlist";

const argumentsOf = (flow: Flow) => stepsOf(flow).map(({ value }) => value.input_transforms);

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
    const flow = defineFlow(
      { ...about, input: { name: { type: "string", description: "N", default: 'the "shop"' } } },
      ({ input, step }) => void step("list", WAITLIST, { project: input.name }),
    );
    expect(argumentsOf(flow)[0]?.project).toEqual({
      type: "javascript",
      expr: '(flow_input.name ?? "the \\"shop\\"")',
    });
  });

  it("passes the result of one step to another by its path", () => {
    const flow = defineFlow(about, ({ input, step }) => {
      const list = step("list", WAITLIST, { project: input.name });
      step("again", WAITLIST, { project: list.table });
    });
    expect(argumentsOf(flow)[1]).toEqual({
      project: { type: "javascript", expr: "results.list.table" },
    });
  });

  it("repeats the steps of a loop for each item, and hands on what their last step answered", () => {
    const flow = defineFlow(about, ({ input, step, forEach }) => {
      const routes = step("routes", "f/infra/caddy/list_routes", { project: input.name });
      const made = forEach("each", routes.items, ({ host }) =>
        step("route", "f/infra/caddy/delete_route", { project: input.name, hostname: host }),
      );
      step("again", WAITLIST, { project: made[0]!.project });
    });
    expect(flow.value.modules[1]).toEqual({
      id: "each",
      value: {
        type: "forloopflow",
        iterator: { type: "javascript", expr: "results.routes.items" },
        skip_failures: false,
        parallel: false,
        modules: [expect.objectContaining({ id: "route" })],
      },
    });
    expect(argumentsOf(flow).map(({ hostname, project }) => (hostname ?? project) as { expr: string })).toMatchObject([
      { expr: "flow_input.name" },
      { expr: "flow_input.iter.value.host" },
      { expr: "results.each[0].project" },
    ]);
  });

  it("lets an optional input be left out", () => {
    const input = { name: { type: "string", description: "N", optional: true } } as const;
    const { schema } = defineFlow({ ...about, input }, ({ step }) => void step("list", WAITLIST, { project: "shop" }));
    expect(schema).toMatchObject({ properties: { name: { type: "string", description: "N" } }, required: [] });
  });

  it("refuses an id in a loop that stands outside of it", () => {
    const define = () =>
      defineFlow(about, ({ step, forEach }) => {
        const routes = step("routes", "f/infra/caddy/list_routes", {});
        forEach("each", routes.items, ({ project }) => step("routes", WAITLIST, { project }));
      });
    expect(define).toThrow('Step id "routes"');
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
