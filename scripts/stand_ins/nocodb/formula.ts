import { literal } from "../../../f/lib/postgres/quote.ts";
import type { Column } from "./metadata.ts";
import { Refused, unsupported } from "./refused.ts";

/** Functions of NocoDB's formulas, as Postgres computes them; what is not here is refused by name. */
const FUNCTIONS: Record<string, (args: string[]) => string> = {
  CONCAT: (args) => `concat(${args.join(", ")})`,
  UPPER: ([text]) => `upper(${text}::text)`,
  LOWER: ([text]) => `lower(${text}::text)`,
  TRIM: ([text]) => `trim(${text}::text)`,
  LEN: ([text]) => `length(${text}::text)`,
  ROUND: ([number, digits = "0"]) => `round((${number})::numeric, (${digits})::int)`,
  ABS: ([number]) => `abs(${number})`,
  FLOOR: ([number]) => `floor(${number})`,
  CEILING: ([number]) => `ceil(${number})`,
  IF: ([condition, yes, no = "null"]) => `case when ${condition} then ${yes} else ${no} end`,
  AND: (args) => `(${args.join(" and ")})`,
  OR: (args) => `(${args.join(" or ")})`,
  MIN: (args) => `least(${args.join(", ")})`,
  MAX: (args) => `greatest(${args.join(", ")})`,
};

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\{([^}]+)\}|([A-Za-z_]+)|(<=|>=|!=|[-+*/&=<>(),]))/y;
type Token = { number?: string; text?: string; field?: string; word?: string; sign?: string };

const invalid = () => new Refused(400, { error: "ERR_INTERNAL_SERVER", message: "Failed to update column" });

function tokensOf(formula: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (formula.slice(TOKEN.lastIndex).trim() !== "") {
    const found = TOKEN.exec(formula);
    if (!found) throw invalid();
    const [, number, double, single, field, word, sign] = found;
    tokens.push({ number, text: double ?? single, field, word, sign });
  }
  return tokens;
}

const LEVELS = [["=", "!=", "<", ">", "<=", ">="], ["&"], ["+", "-"], ["*", "/"]];
const SQL_SIGNS: Record<string, string> = { "!=": "<>", "&": "||" };

/** A formula as SQL, with each field through `through`. */
export function formulaSql(formula: string, through: (field: string) => string): string {
  const tokens = tokensOf(formula);
  let at = 0;
  const take = (sign: string): boolean => tokens[at]?.sign === sign && ++at > 0;
  const expect = (sign: string) => {
    if (!take(sign)) throw invalid();
  };
  const binary = (level: number): string => {
    if (level === LEVELS.length) return unary();
    let left = binary(level + 1);
    for (let sign = tokens[at]?.sign; sign && LEVELS[level]?.includes(sign); sign = tokens[at]?.sign) {
      at++;
      left = `(${left} ${SQL_SIGNS[sign] ?? sign} ${binary(level + 1)})`;
    }
    return left;
  };
  const unary = (): string => {
    if (take("-")) return `(- ${unary()})`;
    if (take("(")) {
      const inner = binary(0);
      expect(")");
      return `(${inner})`;
    }
    const { number, text, field, word } = tokens[at++] ?? {};
    if (number !== undefined) return number;
    if (text !== undefined) return `${literal(text)}::text`;
    if (field !== undefined) return through(field);
    if (word === undefined) throw invalid();
    return call(word.toUpperCase());
  };
  const call = (name: string): string => {
    const make = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!make) throw unsupported(`the formula function ${name}`);
    expect("(");
    const args: string[] = [];
    if (!take(")")) {
      do args.push(binary(0));
      while (take(","));
      expect(")");
    }
    return make(args);
  };
  const result = binary(0);
  if (at !== tokens.length) throw invalid();
  return result;
}

/** A formula as NocoDB keeps it: with the ids of fields in place of their titles, so that a new title breaks nothing. */
export function formulaText(formula: string, columns: Column[]): string {
  const kept = formula.replace(/\{([^}]+)\}/g, (_, title: string) => {
    const column = columns.find((one) => one.title === title || one.id === title);
    if (!column) throw invalid();
    return `{${column.id}}`;
  });
  formulaSql(kept, () => "null");
  return kept;
}
