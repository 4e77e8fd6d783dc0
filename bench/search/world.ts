import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setClient } from "windmill-client";
import { ensureAccounts } from "../../f/lib/accounts/ensure.ts";
import { accountTables } from "../../f/lib/accounts/tables.ts";
import { chunkPoints } from "../../f/lib/ai/chunk_points.ts";
import { ensureIndex } from "../../f/lib/ai/ensure_index.ts";
import { type Index, requireIndex } from "../../f/lib/ai/index_record.ts";
import { writePoints } from "../../f/lib/ai/points.ts";
import { folderOf, schemaOf } from "../../f/lib/names.ts";
import { openaiClient } from "../../f/lib/openai/client.ts";
import { embedder } from "../../f/lib/openai/embed.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { type QdrantClient, withQdrant } from "../../f/lib/qdrant/client.ts";
import { freePort, startServer } from "../../scripts/stack/process.ts";
import { postgresServer } from "../../scripts/stack/servers/postgres.ts";
import { redisServer } from "../../scripts/stack/servers/redis.ts";
import { startEngine } from "../../tests/support/engine.ts";
import { projectSchema } from "../../tests/support/project_schema.ts";
import { startStandIn } from "../../tests/support/stand_in.ts";
import { newUser, tokenIssuer } from "../../tests/support/tokens.ts";
import { deploy, keep } from "../../tests/support/workspace_items.ts";
import { DIMENSIONS, startEmbedder } from "../ingest/embedder.ts";

export const PROJECT = "bench-search";
export const TENANTS = 20;

/** An organization with one member who is signed in, and with documents of its own. */
export type Tenant = { number: number; organization: string; token: string };

export type World = Awaited<ReturnType<typeof build>>["world"];

/** What a chunk of a tenant says, so that whoever reads it knows whose it is. */
export const secretOf = (tenant: number, number: number): string =>
  `belongs-to-${tenant} The secret number ${number} of tenant ${tenant} is kept in its ledger, release ${number % 97}.`;

/** A project whose organizations share one index of so many chunks, behind the routes as they are pushed to an engine. */
export async function withWorld<T>(size: number, work: (world: World) => Promise<T>): Promise<T> {
  const { world, stop } = await build(size);
  try {
    return await work(world);
  } finally {
    await stop();
  }
}

async function build(size: number) {
  const dir = mkdtempSync(join(tmpdir(), "run8n-search-"));
  chmodSync(dir, 0o755); // Postgres runs under its own account and must be able to reach its folder
  const [pgPort, redisPort] = [await freePort(), await freePort()];
  const postgres = await startServer(postgresServer({ dir: join(dir, "pg"), port: pgPort, password: "bench" }), dir);
  const cache = await startServer(redisServer({ dir: join(dir, "redis"), port: redisPort, password: "bench" }), dir);
  const store = await startStandIn({ service: "qdrant", healthPath: "/healthz", env: { RUN8N_QDRANT_KEY: "bench" } });
  const models = startEmbedder({ latencyMs: 0 });
  const issuer = await tokenIssuer();
  const engine = await startEngine();
  const db = {
    host: "127.0.0.1",
    port: pgPort,
    user: "postgres",
    password: "bench",
    dbname: "postgres",
    sslmode: "disable",
  };
  const redis = { host: "127.0.0.1", port: redisPort, password: "bench" };
  const qdrant = { url: store.url, api_key: "bench" };

  const app = await withPostgres(db, async (sql) => {
    const connections = await projectSchema(sql, db, PROJECT);
    await ensureAccounts(sql, { project: PROJECT, signUp: "open" });
    return connections.app;
  });
  await deploy(engine, ["f/lib", "f/api/ai"]);
  await keep(engine, {
    "f/infra/postgres": db,
    "f/infra/redis": redis,
    "f/infra/qdrant": qdrant,
    "f/infra/openai": models.resource,
    "f/infra/gotrue": issuer.resource(),
    [`${folderOf(PROJECT)}/project`]: { name: PROJECT, origins: ["https://bench.example.com"] },
    [`${folderOf(PROJECT)}/postgres_app`]: app,
  });
  process.env.WM_WORKSPACE = engine.workspace;
  setClient(engine.token, engine.url);

  const tenants: Tenant[] = [];
  const index = await withPostgres(db, async (sql) => {
    const { organization, account, member } = accountTables(schemaOf(PROJECT));
    for (let number = 0; number < TENANTS; number++) {
      const user = newUser(`member-${number}`);
      const made = await sql.query(`insert into ${organization} (name) values ($1) returning id`, [`Tenant ${number}`]);
      const id = made.rows[0].id as string;
      await sql.query(`insert into ${account} (user_id, email, email_key) values ($1, $2, $2)`, [user.id, user.email]);
      await sql.query(`insert into ${member} (organization_id, user_id, role) values ($1, $2, 'member')`, [
        id,
        user.id,
      ]);
      tenants.push({ number, organization: id, token: await issuer.token(user) });
    }
    return withQdrant(qdrant, async (client, http) => {
      const settings = { dimensions: DIMENSIONS, audience: "members", tenancy: "organization" } as const;
      await ensureIndex({ sql, qdrant: client, http }, { project: PROJECT, index: "docs", ...settings });
      const ready = await requireIndex(sql, PROJECT, "docs");
      for (const tenant of tenants) await fill(client, ready, tenant, size / TENANTS, models.resource);
      return ready;
    });
  });
  return {
    world: { engine, qdrant, redis, openai: openaiClient(models.resource), index, tenants },
    async stop() {
      await Promise.all([engine.stop(), issuer.stop(), store.remove(), models.stop(), cache.stop()]);
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The chunks of one tenant, written as an ingestion would write them. */
async function fill(
  qdrant: QdrantClient,
  index: Index,
  { number, organization }: Tenant,
  count: number,
  service: { api_key: string; base_url: string },
): Promise<void> {
  const { model, dimensions } = index.settings;
  const embed = embedder({ client: openaiClient(service), model, dimensions });
  const chunks = Array.from({ length: count }, (_, at) => secretOf(number, at)).flatMap((text, at) => {
    const about = { source: "main", document: `${number}-${at}.md`, title: `Tenant ${number}`, tenant: organization };
    return chunkPoints(index, about, [{ path: [], text, embedded: text, tokens: 30, position: 0 }]);
  });
  const vectors = await embed(chunks.map(({ embedded, tokens }) => ({ text: embedded, tokens })));
  const byHash = new Map(chunks.map(({ hash }, at) => [hash, vectors[at]!]));
  await writePoints(qdrant, index, chunks, byHash, () => 1);
}
