import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Stripe from "stripe";
import { ensureAccounts } from "../f/lib/accounts/ensure.ts";
import { schemaOf } from "../f/lib/names.ts";
import { type Sql, withPostgres } from "../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../f/lib/resources.ts";
import { ensureCatalog } from "../f/lib/stripe/catalog/ensure.ts";
import { ensureBilling } from "../f/lib/stripe/ensure_billing.ts";
import { EVENTS } from "../f/lib/stripe/webhook_endpoint.ts";
import { freePort, startServer } from "../scripts/stack/process.ts";
import { postgresServer } from "../scripts/stack/servers/postgres.ts";
import { projectSchema } from "../tests/support/project_schema.ts";
import { STRIPE_KEY, startStripe, stripeAt } from "../tests/support/stripe.ts";
import { type Bench, round } from "./report.ts";
import { installRival } from "./rivals/install.ts";
import { RIVAL } from "./stripe/contestants/sync_engine.ts";
import { startCrew } from "./stripe/crew.ts";
import { BELIEFS, judge, type Verdict } from "./stripe/judge.ts";
import { live, newCustomers } from "./stripe/lives.ts";

const CUSTOMERS = 500;
const WEATHER = { duplicates: 0.2, shuffle: true, parallel: 8, retrySeconds: Array(50).fill(0.2) };
const KILL_SHARE = 0.05;

const PLANS = {
  currency: "usd",
  plans: ["basic", "pro"].map((key, at) => ({
    key,
    name: key,
    prices: [{ interval: "month", amount: 1000 * (at + 1) }],
    credits: 100,
  })),
};

type Ran = Verdict & { events: number; deliveries: number; kills: number; msPerEvent: number; p99: number };

/** The worst day: the lives of 500 customers, told in any order, a fifth twice, eight at once, handlers killed. */
const bench: Bench = {
  summary: "500 customers' events duplicated, shuffled, in parallel, handlers killed, against two other handlers",
  async run() {
    installRival("stripe-sync-engine");
    const dir = mkdtempSync(join(tmpdir(), "run8n-chaos-"));
    const port = await freePort();
    const postgres = await startServer(postgresServer({ dir, port, password: "bench" }), dir);
    const server = {
      host: "127.0.0.1",
      port,
      user: "postgres",
      password: "bench",
      dbname: "postgres",
      sslmode: "disable",
    };
    try {
      const ours = await contest("ours", server);
      const plain = await contest("plain", server);
      const engine = await contest("sync_engine", server);
      const against = (name: string, rival: string, unit: "msPerEvent" | "p99", theirs: Ran) => ({
        case: name,
        rival,
        unit: "ms",
        ours: round(ours[unit]),
        theirs: round(theirs[unit]),
        ratio: round(ours[unit] / theirs[unit]),
        runs: 1,
      });
      const PLAIN = "plain handler";
      const ENGINE = "@supabase/stripe-sync-engine 0.48.5";
      return {
        cases: [
          against("time per event, all in", PLAIN, "msPerEvent", plain),
          against("time per event, all in ", ENGINE, "msPerEvent", engine),
          against("p99 of a delivery", PLAIN, "p99", plain),
          against("p99 of a delivery ", ENGINE, "p99", engine),
        ],
        counts: {
          events: ours.events,
          deliveries: ours.deliveries,
          kills: ours.kills,
          eventsPerSecond: Math.round(1000 / ours.msPerEvent),
          wrongStates: ours.wrongStates,
          doubleEffects: ours.doubleEffects,
          lost: ours.lost,
          plainWrongStates: plain.wrongStates,
          plainDoubleEffects: plain.doubleEffects,
          plainLost: plain.lost,
          syncEngineWrongStates: engine.wrongStates,
          syncEngineLost: engine.lost,
        },
      };
    } finally {
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};
export default bench;

/** Lets one contestant live through the day, on a Stripe and in a database of its own. */
async function contest(name: "ours" | "plain" | "sync_engine", server: PostgresqlValue): Promise<Ran> {
  // Roles are of the whole server, so each has a project of its own name.
  const project = `chaos-${name.replace("_", "-")}`;
  const schema = schemaOf(project);
  const dbname = `chaos_${name}`;
  await withPostgres(server, (sql) => sql.query(`create database ${dbname}`));
  const admin = { ...server, dbname };
  const standIn = await startStripe();
  const stripe = stripeAt(standIn.url);
  try {
    const organizations = Array.from({ length: CUSTOMERS }, () => randomUUID());
    const db = await withPostgres(admin, (sql) => prepare[name](sql, admin, stripe, { project, organizations }));
    const [basic, pro] = await Promise.all(
      ["basic", "pro"].map(
        async (plan) => (await stripe.prices.list({ lookup_keys: [`${project}:${plan}:month`] })).data[0]!.id,
      ),
    );
    const endpoint = await stripe.webhookEndpoints.create({ url: "http://127.0.0.1:9/", enabled_events: [...EVENTS] });
    const setting = {
      db,
      stripeUrl: standIn.url,
      stripeKey: STRIPE_KEY,
      secret: endpoint.secret!,
      project,
      schema,
    };
    const crew = await startCrew(name, setting, { size: WEATHER.parallel, killShare: KILL_SHARE });
    await stripe.webhookEndpoints.update(endpoint.id, { url: crew.url });
    await fetch(`${standIn.url}/_stand_in/weather`, { method: "POST", body: JSON.stringify(WEATHER) });
    const customers = await newCustomers(stripe, project, organizations);
    const start = performance.now();
    await live(stripe, { basic: basic!, pro: pro! }, customers);
    const { pending, delivered, failed } = await settled(standIn.url);
    const seconds = (performance.now() - start) / 1000;
    const belief = await withPostgres(admin, (sql) => BELIEFS[name]!(sql, schema));
    const verdict = await judge(stripe, belief, name !== "sync_engine");
    await crew.stop();
    const events = pending + delivered + failed;
    const ran = { ...verdict, events, ...crew.tally, msPerEvent: (seconds * 1000) / events, p99: crew.p99() };
    console.error(`${name}: ${JSON.stringify(ran)}`);
    return ran;
  } finally {
    await standIn.remove();
  }
}

async function settled(url: string) {
  for (;;) {
    const tally = (await (await fetch(`${url}/_stand_in/deliveries`)).json()) as {
      pending: number;
      delivered: number;
      failed: number;
    };
    if (tally.pending === 0) return tally;
    await Bun.sleep(100);
  }
}

type Sold = { project: string; organizations: string[] };
type Prepare = (sql: Sql, db: PostgresqlValue, stripe: Stripe, sold: Sold) => Promise<PostgresqlValue>;

/** All three sell the same plans; each has the tables it wants. */
const prepare: Record<"ours" | "plain" | "sync_engine", Prepare> = {
  ours: sellPlans,
  async plain(sql, db, stripe, sold) {
    await sellPlans(sql, db, stripe, sold);
    const schema = schemaOf(sold.project);
    await sql.query(
      `create table ${schema}.subscription (
         id text primary key, customer text, status text, price text, current_period_end bigint, cancel_at bigint)`,
    );
    await sql.query(`create table ${schema}.credit (invoice text, customer text)`);
    return db;
  },
  async sync_engine(sql, db, stripe, sold) {
    await sellPlans(sql, db, stripe, sold);
    const { runMigrations } = await import(join(RIVAL, "node_modules/@supabase/stripe-sync-engine/dist/index.js"));
    const { user, password, host, port, dbname } = db;
    await runMigrations({ databaseUrl: `postgres://${user}:${password}@${host}:${port}/${dbname}`, schema: "stripe" });
    return db;
  },
};

async function sellPlans(
  sql: Sql,
  db: PostgresqlValue,
  stripe: Stripe,
  { project, organizations }: Sold,
): Promise<PostgresqlValue> {
  const { schema, app } = await projectSchema(sql, db, project);
  await ensureAccounts(sql, { project, signUp: "open" });
  await ensureBilling(sql, project);
  await ensureCatalog({ sql, stripe }, { project, billing: PLANS });
  await sql.query(`insert into ${schema}.organization (id, name) select unnest($1::uuid[]), 'Acme'`, [organizations]);
  return app;
}
