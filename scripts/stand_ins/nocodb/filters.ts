import { badFilter } from "./refused.ts";

export type Condition = { field: string; operator: string; value: string[] };
export type Filter = Condition | { all: Filter[] } | { any: Filter[] } | { not: Filter };

/**
 * Reads NocoDB's `where`: `(field,operator,value)`, joined by `~and`, `~or` and `~not`, grouped by parentheses. A value in
 * quotes may hold anything but those; a list is parts between commas.
 */
export function parseWhere(where: string): Filter | undefined {
  let at = 0;
  if (where.trim() === "") return undefined;
  const skip = () => {
    while (where[at] === " ") at++;
  };
  const eat = (text: string): boolean => {
    skip();
    if (!where.startsWith(text, at)) return false;
    at += text.length;
    return true;
  };
  const wrong = () =>
    badFilter(
      `Invalid filter syntax: expected a logical operator like '~not' or opening parenthesis, but found '${where.slice(at)}'`,
    );
  const any = (): Filter => {
    const parts = [all()];
    while (eat("~or")) parts.push(all());
    return parts.length === 1 ? (parts[0] as Filter) : { any: parts };
  };
  const all = (): Filter => {
    const parts = [one()];
    while (eat("~and")) parts.push(one());
    return parts.length === 1 ? (parts[0] as Filter) : { all: parts };
  };
  const one = (): Filter => {
    if (eat("~not")) return { not: one() };
    if (!eat("(")) throw wrong();
    skip();
    if (where[at] === "(" || where.startsWith("~not", at)) {
      const inner = any();
      if (!eat(")")) throw wrong();
      return inner;
    }
    const [field = "", operator = "", ...value] = parts();
    return { field, operator: operator.trim(), value };
  };
  const parts = (): string[] => {
    const found: string[] = [];
    for (;;) {
      const quote = where[at];
      if (quote && `"'\``.includes(quote)) {
        let text = "";
        for (at++; where[at] !== quote; at++) {
          if (at >= where.length) throw wrong();
          if (where[at] === "\\" && where[at + 1] === quote) text += where[at++];
          text += where[at];
        }
        at++;
        found.push(text);
      } else {
        const end = where.slice(at).search(/[,)]/);
        if (end < 0) throw badFilter("( : Closing bracket not found");
        found.push(where.slice(at, at + end));
        at += end;
      }
      if (where[at] === ")" && ++at) return found;
      if (where[at++] !== ",") throw wrong();
    }
  };
  const filter = any();
  skip();
  if (at < where.length) throw wrong();
  return filter;
}

const COMPARE: Record<string, string> = {
  eq: "=",
  neq: "<>",
  not: "<>",
  gt: ">",
  ge: ">=",
  gte: ">=",
  lt: "<",
  le: "<=",
  lte: "<=",
};

/** A filter as SQL. `of` gives a field's value and its type, `bind` a parameter's name. */
export function filterSql(
  filter: Filter,
  of: (field: string) => { sql: string; type: string },
  bind: (value: unknown) => string,
): string {
  if ("all" in filter) return `(${filter.all.map((one) => filterSql(one, of, bind)).join(" and ")})`;
  if ("any" in filter) return `(${filter.any.map((one) => filterSql(one, of, bind)).join(" or ")})`;
  if ("not" in filter) return `(not ${filterSql(filter.not, of, bind)})`;
  const { field, operator, value } = filter;
  const { sql, type } = of(field);
  const [first = ""] = value;
  const compare = COMPARE[operator];
  if (compare === "<>") return `(${sql} is null or ${sql} <> ${bind(first)})`;
  if (compare) return `${sql} ${compare} ${bind(first)}`;
  const has = (one: string) => `${bind(one)} = any(string_to_array(${sql}, ','))`;
  switch (operator) {
    case "like":
      return `${sql}::text ilike ${bind(first.includes("%") ? first : `%${first}%`)}`;
    case "nlike":
      return `${sql}::text not ilike ${bind(first.includes("%") ? first : `%${first}%`)}`;
    case "in":
      return `${sql}::text = any(${bind(value)}::text[])`;
    case "is":
    case "isnot": {
      const literal = { null: "null", notnull: "not null", true: "true", false: "false" }[first];
      if (!literal) throw badFilter(`'${first}' is not supported for 'is'`);
      return operator === "is" ? `${sql} is ${literal}` : `not (${sql} is ${literal})`;
    }
    case "null":
      return `${sql} is null`;
    case "notnull":
      return `${sql} is not null`;
    case "blank":
      return `(${sql} is null or ${sql}::text = '')`;
    case "notblank":
      return `(${sql} is not null and ${sql}::text <> '')`;
    case "empty":
      return `${sql}::text = ''`;
    case "checked":
      return `${sql} is true`;
    case "notchecked":
      return `${sql} is not true`;
    case "anyof":
      return type === "MultiSelect" ? `(${value.map(has).join(" or ")})` : `${sql}::text = any(${bind(value)}::text[])`;
    case "nanyof":
      return `not coalesce((${value.map(has).join(" or ")}), false)`;
    case "allof":
      return `(${value.map(has).join(" and ")})`;
    default:
      throw badFilter(`Invalid filter expression: '${operator}' is not a recognized operator`);
  }
}
