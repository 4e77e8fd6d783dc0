/** Words that Prisma's language, or the JavaScript of its client, keeps for itself. */
const RESERVED = new Set(
  (
    "abstract any as async await bigint boolean break bytes case catch class const constructor continue datasource date datetime " +
    "debugger decimal declare default delete do else enum export extends false finally float for from function generator get " +
    "if implements import in instanceof int interface is json let model module namespace never new null number object of " +
    "package private prisma prismaclient protected public return set static string super switch symbol this throw true try " +
    "type typeof undefined unique unsupported var view void while with yield"
  ).split(" "),
);

const words = (text: string): string[] =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** Letters and digits, a letter first. */
const begun = (name: string, fallback: string): string =>
  /^[A-Za-z]/.test(name) ? name : `${fallback}${capital(name)}`;

/** `order_items` as a model or an enum: `OrderItems`. These become classes, so they keep off the reserved words. */
export function modelName(text: string, fallback = "Model"): string {
  const name = begun(words(text).map(capital).join(""), fallback);
  return RESERVED.has(name.toLowerCase()) ? `${name}_` : name;
}

/** `order_items` as a field: `orderItems`. */
export function fieldName(text: string, fallback = "field"): string {
  const [first = "", ...rest] = words(text);
  // An abbreviation is one word: `ID` becomes `id`, `URLPath` stays as it can be told apart.
  const begin = first === first.toUpperCase() ? first.toLowerCase() : first.slice(0, 1).toLowerCase() + first.slice(1);
  return begun([begin, ...rest.map(capital)].join(""), fallback);
}

/** One of an enum's values: kept where it is a name already. */
export const valueName = (text: string): string =>
  /^[A-Za-z][A-Za-z0-9_]*$/.test(text) ? text : begun(words(text).join("_"), "value");

/** Gives each thing a name that no other has, in the order they are asked for. */
export function namesApart(taken: Iterable<string> = []): (wanted: string) => string {
  // Names that differ in case only would be one file on some machines, and one model to some tools.
  const used = new Set([...taken].map((one) => one.toLowerCase()));
  return (wanted) => {
    for (let n = 1; ; n++) {
      const name = n === 1 ? wanted : `${wanted}${n}`;
      if (used.has(name.toLowerCase())) continue;
      used.add(name.toLowerCase());
      return name;
    }
  };
}
