import { InvalidInputError } from "../../errors.ts";
import { describe } from "../../names.ts";
import { statementsOf } from "../migrations/statements.ts";

export type QueryRequest = {
  query: string;
  params?: unknown[] | null;
  maxRows?: number | null;
  maxBytes?: number | null;
  timeoutSeconds?: number | null;
};

export type CheckedQuery = {
  text: string;
  params: (string | number | boolean | null)[];
  maxRows: number;
  maxBytes: number;
  timeoutSeconds: number;
  /** Whether its rows can be fetched bit by bit. */
  cursor: boolean;
};

const MAX_QUERY_BYTES = 100_000;
const LIMITS = {
  maxRows: { least: 1, most: 10_000, otherwise: 100 },
  maxBytes: { least: 1_000, most: 10_000_000, otherwise: 1_000_000 },
  timeoutSeconds: { least: 1, most: 300, otherwise: 10 },
};

/** A query as it may run: one statement that reads, within the limits. Throws InvalidInput for anything else. */
export function checkedQuery({ query, params, ...limits }: QueryRequest): CheckedQuery {
  if (typeof query !== "string" || Buffer.byteLength(query) > MAX_QUERY_BYTES || query.includes("\0")) {
    throw refused("query", `The query must be a text of at most ${MAX_QUERY_BYTES} bytes; got ${describe(query)}`);
  }
  const statements = statementsOf(query);
  const [word = ""] = /^\(|^\w+/.exec(statements[0]?.skeleton ?? "") ?? [];
  const cursor = /^(\(|select|with|values|table)$/i.test(word);
  if (statements.length !== 1 || !(cursor || /^(explain|show)$/i.test(word))) {
    throw refused("query", "The query must be one statement that reads: select, with, values, table, explain or show");
  }
  const values = params ?? [];
  if (
    !Array.isArray(values) ||
    !values.every((one) => one === null || ["string", "number", "boolean"].includes(typeof one))
  ) {
    throw refused("params", "params must be a list of texts, numbers, true, false or null");
  }
  const limit = (name: keyof typeof LIMITS): number => {
    const { least, most, otherwise } = LIMITS[name];
    const value = limits[name] ?? otherwise;
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw refused(name, `${name} must be a whole number from ${least} to ${most}`);
  };
  return {
    text: query,
    params: values as CheckedQuery["params"],
    maxRows: limit("maxRows"),
    maxBytes: limit("maxBytes"),
    timeoutSeconds: limit("timeoutSeconds"),
    cursor,
  };
}

const refused = (argument: string, message: string): InvalidInputError =>
  new InvalidInputError(message, {
    hint: "Send one query, values as params ($1, $2, ...); changes of structure go through apply_migrations.",
    details: { argument },
  });
