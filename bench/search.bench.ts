import { askingConnections } from "../f/lib/ai/asking/connections.ts";
import { filterFor } from "../f/lib/ai/asking/search.ts";
import { searchDocuments } from "../f/lib/ai/asking/search_documents.ts";
import { DENSE, SPARSE } from "../f/lib/ai/index_settings.ts";
import { sparseQuery } from "../f/lib/ai/sparse.ts";
import { withQdrant } from "../f/lib/qdrant/client.ts";
import { sendCommands } from "../f/lib/redis/commands.ts";
import { DIMENSIONS } from "./ingest/embedder.ts";
import { type Bench, type Case, round } from "./report.ts";
import { attack } from "./search/hostile.ts";
import { PROJECT, secretOf, type Tenant, type World, withWorld } from "./search/world.ts";

const VECTORS = 10_000;
const RIVAL = "a bare client call (openai, then Qdrant)";

/** What our endpoint adds to the two calls that any search needs, and whether any of 10,000 hostile ones gets through. */
const bench: Bench = {
  summary: "10,000 vectors: our search endpoint against a bare client call; hostile queries of other tenants",
  run: ({ runs, size = VECTORS }) =>
    withWorld(size, async (world) => {
      const [tenant] = world.tenants as [Tenant];
      const connections = await askingConnections(PROJECT, "docs");
      const who = { id: "bench", tenants: [tenant.organization, "*"], settings: world.index.settings };
      const bare = (query: string) => bareSearch(world, tenant, query);
      const warm = await times(world, runs * 20, bare, async (query) => {
        const asked = { project: PROJECT, input: { index: "docs", query }, who, client: "bench" };
        return (await searchDocuments(connections, asked)).items.length;
      });
      const http = await times(world, runs * 4, bare, (query) => overHttp(world, tenant, query));
      const counts = await attack(world, connections, size);
      return { cases: [...casesOf("in a running process", warm), ...casesOf("over HTTP, a job each", http)], counts };
    }),
};
export default bench;

type Search = (query: string) => Promise<number>;
type Times = { ours: number[]; theirs: number[] };

/** Both in turn, with the same queries; the first few are not counted. */
async function times(world: World, count: number, bare: Search, ours: Search): Promise<Times> {
  const measured: Times = { ours: [], theirs: [] };
  for (let turn = -3; turn < count; turn++) {
    if (turn % 20 === 0) await sendCommands(world.redis, [["FLUSHALL"]]); // a caller may ask sixty times a minute
    const query = secretOf(0, Math.abs(turn) % 50);
    for (const [who, search] of [
      ["ours", ours],
      ["theirs", bare],
    ] as const) {
      const start = performance.now();
      if ((await search(query)) !== 10) throw new Error(`${who} did not find ten chunks`);
      if (turn >= 0) measured[who].push(performance.now() - start);
    }
  }
  return measured;
}

function casesOf(where: string, { ours, theirs }: Times): Case[] {
  return ([50, 99] as const).map((percent) => {
    const at = (values: number[]) =>
      [...values].sort((one, other) => one - other)[Math.floor((values.length * percent) / 100)] ?? Number.NaN;
    const [a, b] = [at(ours), at(theirs)];
    const about = { case: `p${percent} ${where}`, rival: RIVAL, unit: "ms", runs: ours.length };
    return { ...about, ours: round(a), theirs: round(b), ratio: round(a / b) };
  });
}

/** The same question to the same services, with the same filter, by somebody who has their clients open. */
async function bareSearch({ openai, qdrant, index }: World, { organization }: Tenant, query: string): Promise<number> {
  const input = { model: "text-embedding-3-small", dimensions: DIMENSIONS, input: query };
  const { data } = await openai.embeddings.create(input);
  const filter = filterFor([organization, "*"]);
  return withQdrant(qdrant, async (client) => {
    const { points } = await client.query(index.collection, {
      prefetch: [
        { query: data[0]!.embedding, using: DENSE, filter, limit: 50 },
        { query: sparseQuery(query), using: SPARSE, filter, limit: 50 },
      ],
      query: { fusion: "rrf" },
      filter,
      limit: 10,
      with_payload: true,
    });
    return points.length;
  });
}

async function overHttp({ engine }: World, { token }: Tenant, query: string): Promise<number> {
  const answer = await fetch(`${engine.url}/api/r/${engine.workspace}/apps/${PROJECT}/ai/search`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ index: "docs", query }),
  });
  if (!answer.ok) throw new Error(`the route answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { items: unknown[] }).items.length;
}
