import { defineFlow } from "../../../scripts/flows/define.ts";

/** Each mistake that a flow's author can make; the type checker must see every one of them. */
export default defineFlow(
  {
    summary: "S",
    description: "D",
    input: {
      name: { type: "string", description: "N" },
      count: { type: "integer", description: "C" },
      kind: { type: "string", enum: ["static", "neither"], description: "K" },
    },
  },
  ({ input, step, onFailure }) => {
    const { name: project } = input;
    const list = step("right", "f/infra/waitlist/ensure_waitlist", { project });

    // @ts-expect-error a script that does not exist
    step("a", "f/infra/waitlist/ensure_waitlists", { project });
    // @ts-expect-error a misspelt argument
    step("b", "f/infra/caddy/ensure_route", { project, hostnam: "shop.example.com" });
    // @ts-expect-error a missing argument
    step("c", "f/infra/waitlist/ensure_waitlist", {});
    // @ts-expect-error an argument of the wrong type
    step("d", "f/infra/waitlist/ensure_waitlist", { project: 1 });
    // @ts-expect-error a flow input of the wrong type
    step("e", "f/infra/waitlist/ensure_waitlist", { project: input.count });
    // @ts-expect-error a flow input that may be a value the script does not take
    step("f", "f/infra/caddy/ensure_route", { project, kind: input.kind });
    // @ts-expect-error a flow input that does not exist
    step("g", "f/infra/waitlist/ensure_waitlist", { project: input.nam });
    // @ts-expect-error a field that the result of the step does not have
    step("h", "f/infra/waitlist/ensure_waitlist", { project: list.tabel });
    // @ts-expect-error a whole result in place of one of its fields
    step("i", "f/infra/waitlist/ensure_waitlist", { project: list });
    // @ts-expect-error a step that does not exist
    step("j", "f/infra/waitlist/ensure_waitlist", { project: lsit.table });
    // @ts-expect-error the same in the failure handler
    onFailure("f/infra/waitlist/ensure_waitlist", (error) => ({ project: error.mesage }));
  },
);
