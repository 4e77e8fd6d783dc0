import { describe, expect, it } from "vitest";
import { main as replayEvents } from "../../../../f/infra/stripe/replay_events.ts";
import { readBilling } from "../../../../f/lib/stripe/read_billing.ts";
import { billingProject } from "../../../support/billing_project.ts";

const world = billingProject();
const replay = (hours?: number) => replayEvents(world.project, hours, world.db, world.stripe.connection());

describe("replay_events", () => {
  it("takes in what did not arrive, once", async () => {
    const { customer, organization } = await world.payer();
    await world.subscribe(customer);
    const [first] = (await world.eventsOf(customer)).filter(({ type }) => type === "invoice.paid");
    await world.apply(first!);
    const replayed = await replay();
    expect(replayed.outcomes).toMatchObject({ duplicate: 1 });
    expect(replayed.recovered).not.toContain(first!.id);
    const { subscription, credits } = await world.asApp((sql) => readBilling(sql, world.project, organization));
    expect([subscription?.status, credits]).toEqual(["active", 100]);
    const again = await replay();
    expect(again).toMatchObject({ seen: replayed.seen, recovered: [], outcomes: { applied: 0, kept: 0 } });
  });

  it.each([0, -1, 721, Number.NaN])("refuses to look back %s hours", async (hours) => {
    await expect(replay(hours)).rejects.toMatchObject({ code: "invalid_input", details: { argument: "hours" } });
  });
});
