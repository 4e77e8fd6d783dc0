import { describe, expect, it } from "vitest";
import { main as replayEvents } from "../../../../f/infra/stripe/replay_events.ts";
import { readBilling } from "../../../../f/lib/stripe/read_billing.ts";
import { billingProject } from "../../../support/billing_project.ts";

const world = billingProject();
const replay = async (hours?: number) =>
  (await replayEvents(world.project, hours, world.db, world.stripe.connection())).items[0]!;

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

  it("without a project, does so for every project that sells", async () => {
    const { items, failed } = await replayEvents(undefined, 1, world.db, world.stripe.connection());
    expect({ projects: items.length, failed }).toEqual({ projects: 1, failed: [] });
  });

  it.each([0, -1, 721, Number.NaN])("refuses to look back %s hours", async (hours) => {
    await expect(replay(hours)).rejects.toMatchObject({ code: "invalid_input", details: { argument: "hours" } });
  });
});
