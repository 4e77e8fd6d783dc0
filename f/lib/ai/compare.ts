import type { Schemas } from "@qdrant/js-client-rest";
import type { Sql } from "../postgres/connect.ts";
import type { QdrantClient } from "../qdrant/client.ts";
import type { Index } from "./index_record.ts";
import { type PointId, statesOf } from "./points.ts";

/** How a point that Qdrant holds, or does not hold, differs from what the ledger says. */
export type Difference = { kind: "missing" | "stale" | "orphaned"; id: PointId; source: string; document: string };

type Ports = { sql: Sql; qdrant: QdrantClient };
type Held = { id: PointId; state: string; source: string; document: string };

const PAGE = 1000;
const SUSPECTS = 500;

/**
 * Gives out each point that is not as the ledger has it: of the whole index, or of one source. Others may write meanwhile:
 * what looks wrong is looked at once more, and what is being written or removed right now is passed over.
 */
export async function* differences(ports: Ports, index: Index, source?: string): AsyncGenerator<Difference> {
  let suspects: Held[] = [];
  for await (const suspect of suspiciousPoints(ports, index, source)) {
    suspects.push(suspect);
    if (suspects.length < SUSPECTS) continue;
    yield* await judged(ports, index, suspects);
    suspects = [];
  }
  yield* await judged(ports, index, suspects);
}

/** Walks through ledger and Qdrant side by side, in the order of ids, never more than a page of each in memory. */
async function* suspiciousPoints({ sql, qdrant }: Ports, index: Index, source?: string): AsyncGenerator<Held> {
  const ledger = ledgerPoints(sql, index, source);
  const points = qdrantPoints(qdrant, index, source);
  let [left, right] = [await ledger.next(), await points.next()];
  while (!left.done || !right.done) {
    const [wanted, held] = [left.value, right.value];
    if (held && typeof held.id === "number") {
      yield held; // no chunk has a number as its id, and Qdrant gives these first
      right = await points.next();
    } else if (wanted && held && wanted.id === held.id) {
      if (wanted.state !== held.state) yield wanted;
      [left, right] = [await ledger.next(), await points.next()];
    } else if (wanted && (!held || wanted.id < held.id)) {
      yield wanted;
      left = await ledger.next();
    } else if (held) {
      yield held;
      right = await points.next();
    }
  }
}

/** Qdrant is asked first: whatever is in it stands in the ledger before it is written and until it is gone. */
async function judged({ sql, qdrant }: Ports, index: Index, suspects: Held[]): Promise<Difference[]> {
  if (suspects.length === 0) return [];
  const ids = suspects.map(({ id }) => id);
  const held = await statesOf(qdrant, index, ids);
  const { rows } = await sql.query<{ id: string; state: string; status: string }>(
    `select id, state, status from ${index.tables.chunk} where id = any($1)`,
    [ids.filter((id) => typeof id === "string")],
  );
  const ledger = new Map<PointId, (typeof rows)[number]>(rows.map((row) => [row.id, row]));
  return suspects.flatMap(({ id, source, document }): Difference[] => {
    const [wanted, state] = [ledger.get(id), held.get(id)];
    if (wanted?.status === "stored" && wanted.state === state) return [];
    if (wanted && wanted.status !== "stored") return [];
    if (!wanted && state === undefined) return [];
    const kind = !wanted ? "orphaned" : state === undefined ? "missing" : "stale";
    return [{ kind, id, source, document }];
  });
}

async function* ledgerPoints(
  sql: Sql,
  { name, tables }: Index,
  source: string | undefined,
): AsyncGenerator<Held, undefined> {
  for (let after = "00000000-0000-0000-0000-000000000000"; ; ) {
    const { rows } = await sql.query<Held>(
      `select id, state, source, document from ${tables.chunk}
        where index = $1 and id > $2 and ($3::text is null or source = $3) order by id limit ${PAGE}`,
      [name, after, source ?? null],
    );
    yield* rows;
    if (rows.length < PAGE) return undefined;
    after = String(rows.at(-1)!.id);
  }
}

async function* qdrantPoints(
  qdrant: QdrantClient,
  { collection }: Index,
  source: string | undefined,
): AsyncGenerator<Held, undefined> {
  const filter = source === undefined ? undefined : { must: [{ key: "source", match: { value: source } }] };
  let offset: Schemas["ExtendedPointId"] | undefined;
  do {
    const page = await qdrant.scroll(collection, {
      filter,
      offset,
      limit: PAGE,
      with_payload: ["state", "source", "document"],
    });
    for (const { id, payload } of page.points) {
      yield {
        id,
        state: String(payload?.state),
        source: String(payload?.source),
        document: String(payload?.document),
      };
    }
    offset = (page.next_page_offset ?? undefined) as Schemas["ExtendedPointId"] | undefined;
  } while (offset !== undefined);
  return undefined;
}
