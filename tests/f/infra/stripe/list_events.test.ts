import { describe, expect, it } from "vitest";
import { main as listEvents } from "../../../../f/infra/stripe/list_events.ts";
import { billingProject } from "../../../support/billing_project.ts";

const world = billingProject();
const list = (limit?: number, type?: string, cursor?: string) =>
  listEvents(world.project, limit, type, cursor, world.db);

describe("list_events", () => {
  it("lists what was taken in, newest first, page by page, without contents", async () => {
    const { customer } = await world.payer();
    await world.subscribe(customer);
    const events = await world.eventsOf(customer);
    for (const event of events) await world.apply(event);
    const all = await list(500);
    expect(all.items.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
    expect(all.nextCursor).toBeUndefined();
    expect(all.items[0]).toEqual({
      id: expect.stringMatching(/^evt_/),
      type: expect.any(String),
      object: expect.any(String),
      customer,
      outcome: expect.stringMatching(/applied|kept/),
      createdAt: expect.stringMatching(/Z$/),
      receivedAt: expect.stringMatching(/Z$/),
    });
    const pages: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await list(2, undefined, cursor);
      pages.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(all.items.map(({ id }) => id));
    expect((await list(10, "invoice.paid")).items.map(({ type }) => type)).toEqual(["invoice.paid"]);
  });

  it.each([0, 501, 1.5])("refuses a limit of %s", async (limit) => {
    await expect(list(limit)).rejects.toMatchObject({ code: "invalid_input" });
  });
});
