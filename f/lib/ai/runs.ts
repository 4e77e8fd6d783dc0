import { ConflictError, InvalidInputError, NotFoundError } from "../errors.ts";
import { costUsd } from "../openai/prices.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Index } from "./index_record.ts";
import { withSource } from "./locks.ts";
import type { SourceSpec } from "./sources/spec.ts";

export type Mode = "replace" | "add";

/** One ingestion of a source. Its number is the generation of what it writes. */
export type Run = { id: number; source: string; mode: Mode; spec: SourceSpec };

/** Begins a run. The source is locked for the moment, so that no run that is ending takes its documents for gone. */
export function beginRun(
  sql: Sql,
  index: Index,
  { source, mode, spec, maxCostUsd }: Omit<Run, "id"> & { maxCostUsd?: number },
): Promise<Run> {
  const maxTokens = tokensFor(index.settings.model, maxCostUsd);
  // Given documents stand in the listing already; a second copy would only take room.
  const kept = spec.kind === "documents" ? { kind: spec.kind } : spec;
  return withSource(sql, index, source, async () => {
    const { rows } = await sql.query<{ id: string }>(
      `insert into ${index.tables.run} (index, source, mode, spec, status, max_tokens)
       values ($1, $2, $3, $4, 'listing', $5) returning id`,
      [index.name, source, mode, JSON.stringify(kept), maxTokens],
    );
    return { id: Number(rows[0]!.id), source, mode, spec };
  });
}

/** How many tokens a budget buys, or null for no budget. Throws InvalidInput for a model whose price is not known. */
function tokensFor(model: string, maxCostUsd: number | undefined): number | null {
  if (maxCostUsd === undefined || maxCostUsd === null) return null;
  const perToken = costUsd(model, 1);
  if (!(typeof maxCostUsd === "number" && maxCostUsd >= 0 && Number.isFinite(maxCostUsd))) {
    throw new InvalidInputError("maxCostUsd must be a number of dollars, 0 or more", {
      hint: "Leave it out for no limit.",
      details: { argument: "maxCostUsd" },
    });
  }
  if (perToken === null) {
    throw new InvalidInputError(`The price of the model ${model} is not known, so its cost cannot be limited`, {
      hint: "Leave maxCostUsd out, and limit the cost at the provider.",
      details: { argument: "maxCostUsd" },
    });
  }
  return Math.floor(maxCostUsd / perToken + 1e-6);
}

/** A run that is under way. Throws NotFound. */
export async function findRun(sql: Sql, { name, tables }: Index, id: number): Promise<Run> {
  const { rows } = await sql.query<Omit<Run, "id">>(
    `select source, mode, spec from ${tables.run} where id = $1 and index = $2`,
    [id, name],
  );
  if (rows[0]) return { id, ...rows[0] };
  throw new NotFoundError(`Index ${name} has no run ${id}`, { hint: "Begin a run with run_ingestion." });
}

/** Counts tokens against a run's budget before they are spent; workers at once share it. Throws Conflict when it is used up. */
export async function spend(sql: Sql, { tables }: Index, run: number, tokens: number): Promise<void> {
  const { rowCount } = await sql.query(
    `update ${tables.run} set spent_tokens = spent_tokens + $2
      where id = $1 and (max_tokens is null or spent_tokens + $2 <= max_tokens)`,
    [run, tokens],
  );
  if (rowCount === 1) return;
  throw new ConflictError("The budget of this run does not allow for what is still to be embedded", {
    hint: "Raise maxCostUsd and run it again: what is embedded already is not paid for twice.",
    details: { argument: "maxCostUsd" },
  });
}

/** Whether a later run, which lists all of the same source, has begun. */
export async function isSuperseded(sql: Sql, { name, tables }: Index, { id, source }: Run): Promise<boolean> {
  const { rows } = await sql.query(
    `select exists (
       select from ${tables.run} where index = $1 and source = $2 and mode = 'replace' and id > $3) as later`,
    [name, source, id],
  );
  return rows[0].later;
}
