import type { Sql } from "../postgres/connect.ts";
import type { Index } from "./index_record.ts";
import { ledgerDocuments } from "./ledger.ts";
import { documentHash, type Listed } from "./sources/entry.ts";
import { listSource, type SourcePorts } from "./sources/list.ts";
import { type Load, loader } from "./sources/load.ts";
import type { SourceSpec } from "./sources/spec.ts";

/** How an index stands to one of its sources. */
export type SourceReport = {
  source: string;
  /** `given`: its documents came with the call that ingested them, so there is nothing to compare with. */
  status: "ok" | "behind" | "given" | "unreadable";
  documents?: number;
  /** In the source and not in the index; in both but not the same; in the index and not in the source. */
  missing?: number;
  stale?: number;
  orphaned?: number;
  detail?: string;
};

type Source = { source: string; spec: SourceSpec };

/** The sources of an index, as they were described last. */
export async function sourcesOf(sql: Sql, { name, tables }: Index): Promise<Source[]> {
  const { rows } = await sql.query<Source>(
    `select distinct on (source) source, spec from ${tables.run} where index = $1 order by source, id desc`,
    [name],
  );
  return rows;
}

/** Lists the source anew, with `read` also reads it, and compares with the ledger. */
export async function checkSource(
  ports: SourcePorts,
  index: Index,
  { source, spec }: Source,
  read: boolean,
): Promise<SourceReport> {
  if (spec.kind === "documents") return { source, status: "given" };
  const load = loader(ports.web, ports.storage);
  const counts = { documents: 0, missing: 0, stale: 0 };
  const seen = new Set<string>();
  for await (const listed of listSource(ports, index.project, spec)) {
    seen.add(listed.document);
    counts.documents++;
    const known = (await ledgerDocuments(ports.sql, index, source, [listed.document])).get(listed.document);
    if (!known) counts.missing++;
    else if ((await presentHash(load, index, listed, read)) !== known.hash)
      counts.stale += Number(read || isInline(listed));
  }
  const { rows } = await ports.sql.query<{ document: string }>(
    `select document from ${index.tables.document} where index = $1 and source = $2`,
    [index.name, source],
  );
  const orphaned = rows.filter(({ document }) => !seen.has(document)).length;
  const behind = counts.missing + counts.stale + orphaned > 0;
  return { source, status: behind ? "behind" : "ok", ...counts, orphaned };
}

const isInline = ({ entry }: Listed): boolean => entry.text !== undefined;

async function presentHash(load: Load, { version }: Index, listed: Listed, read: boolean): Promise<string | undefined> {
  if (!read && !isInline(listed)) return undefined;
  const { bytes } = await load(listed.document, listed.entry);
  return documentHash(version, bytes, listed.entry);
}
