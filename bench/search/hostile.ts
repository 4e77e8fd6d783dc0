import { preprocessor } from "../../f/api/ai/search_documents.ts";
import type { AskingConnections } from "../../f/lib/ai/asking/connections.ts";
import type { SearchInput } from "../../f/lib/ai/asking/fields.ts";
import type { Reader } from "../../f/lib/ai/asking/reader.ts";
import { searchDocuments } from "../../f/lib/ai/asking/search_documents.ts";
import { OperationError } from "../../f/lib/errors.ts";
import { sendCommands } from "../../f/lib/redis/commands.ts";
import { PROJECT, secretOf, type Tenant, type World } from "./world.ts";

type Attack = (own: Tenant, other: Tenant, turn: number) => { body: object; headers?: Record<string, string> };

/** How somebody with an account of their own may try to read what another organization has. */
const ATTACKS: Attack[] = [
  (_, other, turn) => ({ body: { query: secretOf(other.number, turn % 50) } }),
  (_, other, turn) => ({ body: { query: secretOf(other.number, turn % 50), mode: "sparse", rerank: true } }),
  (_, other) => ({ body: { query: `belongs-to-${other.number}`, limit: 50, mode: "dense", minSimilarity: -1 } }),
  (_, other) => ({ body: { query: "the secret", organization: other.organization } }),
  (own, other) => ({ body: { query: "the secret", organization: [own.organization, other.organization] } }),
  (_, other, turn) => ({ body: { query: "secret", filter: { document: [`${other.number}-${turn % 50}.md`] } } }),
  (_, other) => ({ body: { query: "the secret", filter: { metadata: { tenant: other.organization } } } }),
  (_, other) => ({ body: { query: "the secret", filter: { tenant: other.organization } } }),
  (_, other) => ({ body: { query: "the secret", tenant: other.organization, tenants: [other.organization] } }),
  () => ({ body: { query: "the secret", filter: { should: [{ key: "tenant", match: { any: [] } }] } } }),
  () => ({ body: { query: "the secret", filter: { source: ["main", "*"] }, limit: 50 } }),
  () => ({ body: { query: "$res:f/infra/qdrant", index: "docs" } }),
  () => ({ body: { query: "the secret", index: "docs' or '1'='1" } }),
  (_, other) => ({ body: { query: "the secret" }, headers: { "x-organization": other.organization } }),
  (_, other) => ({ body: { query: "the secret" }, headers: { authorization: `Bearer ${forged(other.token)}` } }),
  () => ({ body: { query: "the secret" }, headers: { authorization: "" } }),
];
const AT_ONCE = 4;
/** A caller may search sixty times a minute: what is counted is forgotten before that. */
const FORGET_AFTER = 200;

/** Sends so many of them, through the gate of the route and what comes after it, and counts what comes back of others. */
export async function attack({ redis, tenants }: World, connections: AskingConnections, queries: number) {
  const counts = { queries: 0, leaks: 0, answered: 0, refused: 0 };
  const one = async (turn: number) => {
    const own = tenants[turn % tenants.length]!;
    const other = tenants[(turn + 1 + (Math.floor(turn / tenants.length) % (tenants.length - 1))) % tenants.length]!;
    const { body, headers = {} } = ATTACKS[turn % ATTACKS.length]!(own, other, turn);
    const answer = await search(connections, { authorization: `Bearer ${own.token}`, ...headers }, body);
    counts.queries += 1;
    counts[answer.status === 200 ? "answered" : "refused"] += 1;
    const seen = [...JSON.stringify(answer.body).matchAll(/belongs-to-(\d+)/g)].map(([, number]) => Number(number));
    if (seen.some((number) => number !== own.number)) counts.leaks += 1;
  };
  for (let from = 0; from < queries; from += FORGET_AFTER) {
    await sendCommands(redis, [["FLUSHALL"]]);
    const until = Math.min(queries, from + FORGET_AFTER);
    const lane = async (at: number) => {
      for (let turn = from + at; turn < until; turn += AT_ONCE) await one(turn);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => lane(at)));
  }
  return counts;
}

async function search(connections: AskingConnections, headers: Record<string, string>, body: object) {
  const raw = JSON.stringify(body);
  const { project, input, who, caller, refusal } = await preprocessor({
    kind: "http",
    path: `apps/${PROJECT}/ai/search`,
    query: {},
    headers: { "content-type": "application/json", ...headers },
    body,
    raw_string: raw,
  });
  if (refusal) return { status: refusal.status, body: refusal };
  try {
    const asked = { project, input: input as SearchInput, who: who as Reader, client: caller.client };
    return { status: 200, body: await searchDocuments(connections, asked) };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { status: error.status, body: error.message };
  }
}

/** Another's token whose signature does not fit any more. */
const forged = (token: string): string => token.replace(/.{8}$/, "AAAAAAAA");
