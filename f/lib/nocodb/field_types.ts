/** What a definition may say of a field of each type, beside title, name, type and description. */
type Traits = {
  /** Keys of a definition that the type takes; `required`, `unique` and `default` are for fields with a column. */
  takes: string[];
  /** What its column holds; `computed` has none. */
  holds: "stored" | "computed";
};

const stored = (...takes: string[]): Traits => ({
  holds: "stored",
  takes: ["required", "unique", "default", ...takes],
});
const computed = (...takes: string[]): Traits => ({ holds: "computed", takes });

/** NocoDB's field types, by its own names. */
export const FIELD_TYPES: Record<string, Traits> = {
  SingleLineText: stored(),
  LongText: stored(),
  Email: stored(),
  URL: stored(),
  PhoneNumber: stored(),
  Number: stored(),
  Rating: stored(),
  Year: stored(),
  Decimal: stored("precision"),
  Currency: stored("currency"),
  Percent: stored(),
  Duration: stored(),
  Checkbox: stored(),
  Date: stored(),
  DateTime: stored(),
  Time: stored(),
  SingleSelect: stored("choices"),
  MultiSelect: stored("choices"),
  Attachment: { holds: "stored", takes: [] },
  JSON: stored(),
  Links: computed("table", "relation"),
  Lookup: computed("through", "field"),
  Rollup: computed("through", "field", "function"),
  Formula: computed("formula"),
};

export const RELATIONS = { has_many: "hm", many_to_many: "mm", one_to_one: "oo" } as const;
export type Relation = keyof typeof RELATIONS;

export const ROLLUPS = ["count", "sum", "avg", "min", "max", "countDistinct", "sumDistinct", "avgDistinct"];

/** Changes that keep every value as it is; any other is checked against what the column holds. */
const KEEPS: [from: string, to: string[]][] = [
  ["SingleLineText", ["LongText", "Email", "URL", "PhoneNumber"]],
  ["Email", ["SingleLineText", "LongText", "URL", "PhoneNumber"]],
  ["URL", ["SingleLineText", "LongText", "Email", "PhoneNumber"]],
  ["PhoneNumber", ["SingleLineText", "LongText", "Email", "URL"]],
  ["LongText", ["SingleLineText"]],
  ["SingleSelect", ["SingleLineText", "LongText"]],
  ["MultiSelect", ["SingleLineText", "LongText"]],
  ["Number", ["Decimal", "Currency", "SingleLineText", "LongText"]],
  ["Rating", ["Number", "Decimal", "Currency"]],
  ["Year", ["Number", "Decimal"]],
  ["Decimal", ["Currency", "Duration"]],
  ["Currency", ["Decimal", "Duration"]],
  ["Date", ["DateTime"]],
];

export const keepsValues = (from: string, to: string): boolean =>
  from === to || KEEPS.some(([one, others]) => one === from && others.includes(to));

export const isComputed = (type: string): boolean => FIELD_TYPES[type]?.holds === "computed";
export const isSelect = (type: string): boolean => type === "SingleSelect" || type === "MultiSelect";
