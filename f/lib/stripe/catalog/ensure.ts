import { UpstreamError } from "../../errors.ts";
import { schemaOf } from "../../names.ts";
import { operate } from "../../operations/operate.ts";
import type { Sql } from "../../postgres/connect.ts";
import type { StripeClient } from "../client.ts";
import { billingTables } from "../tables.ts";
import { applyChanges } from "./apply.ts";
import { type Change, changesOf } from "./changes.ts";
import { billingDefinition } from "./definition.ts";
import { findCatalog } from "./found.ts";
import { recordCatalog, recordedPlans } from "./record.ts";
import { wantedOf } from "./wanted.ts";

export type EnsuredCatalog = {
  project: string;
  status: "updated" | "unchanged" | "planned";
  /** What was done, or with `dryRun` what would be. */
  changes: Change[];
  plans: {
    key: string;
    product: string | null;
    prices: { id: string; interval: string; amount: number; currency: string; usage: boolean }[];
  }[];
};

/**
 * Makes Stripe and the project's tables hold the plans that are given, and re-reads them. A price never changes: another
 * amount is a new price for new subscribers, and the old one is retired. With `dryRun` it only tells what it would do.
 * Throws InvalidInput for a definition that is not sound, Upstream when Stripe does not hold afterwards what it should.
 */
export async function ensureCatalog(
  { sql, stripe }: { sql: Sql; stripe: StripeClient },
  { project, billing: wantedBilling, dryRun = false }: { project: string; billing: unknown; dryRun?: boolean },
): Promise<EnsuredCatalog> {
  const billing = billingDefinition(wantedBilling);
  const tables = billingTables(schemaOf(project));
  const wanted = wantedOf(project, billing);
  const look = async () => {
    const found = await findCatalog(stripe, project, wanted, await recordedPlans(sql, tables));
    return { found, changes: changesOf(wanted, found) };
  };
  if (dryRun) {
    const { found, changes } = await look();
    return { project, status: "planned", changes, plans: plansOf(found.prices) };
  }
  return operate({ sql, verb: "infra/stripe/ensure_catalog", project, arguments: { project, billing } }, async () => {
    const { found, changes } = await look();
    await applyChanges(stripe, project, changes, new Map([...found.meters].map(([name, { id }]) => [name, id])));
    const after = changes.length === 0 ? { found, changes } : await look();
    if (after.changes.length > 0) {
      throw new UpstreamError("Stripe does not hold the plans that were just written", {
        hint: "Run the same call again; see details for what still differs.",
        retryable: true,
        details: { differs: after.changes.map(({ action }) => action) },
      });
    }
    await recordCatalog(
      sql,
      tables,
      project,
      billing,
      after.found.prices.filter(({ active }) => active),
    );
    return {
      project,
      status: changes.length > 0 ? "updated" : "unchanged",
      changes,
      plans: plansOf(after.found.prices),
    };
  });

  function plansOf(prices: Awaited<ReturnType<typeof findCatalog>>["prices"]): EnsuredCatalog["plans"] {
    return billing.plans.map(({ key }) => {
      const product = wanted.products.find(({ plan }) => plan === key)?.id ?? null;
      const own = prices.filter((price) => price.active && price.product === product);
      return {
        key,
        product,
        prices: own.map(({ id, recurring, unit_amount, currency }) => ({
          id,
          interval: recurring!.interval,
          amount: unit_amount ?? 0,
          currency,
          usage: recurring!.usage_type === "metered",
        })),
      };
    });
  }
}
