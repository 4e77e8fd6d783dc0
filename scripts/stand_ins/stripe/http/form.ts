/** A value of a form: texts, lists and records of them, as Stripe's bracket notation nests them. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue };

/** Reads `items[0][price]=p&metadata[a]=b&expand[]=x` into `{ items: [{ price }], metadata: { a }, expand: [x] }`. */
export function parseForm(text: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) set(root, keysOf(name), value);
  return compact(root) as Record<string, FormValue>;
}

const keysOf = (name: string): string[] => [
  name.split("[", 1)[0]!,
  ...[...name.matchAll(/\[([^\]]*)\]/g)].map(([, key]) => key!),
];

function set(target: Record<string, FormValue>, [key = "", ...rest]: string[], value: string): void {
  const name = key === "" ? String(Object.keys(target).length) : key;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  if (typeof target[name] !== "object") target[name] = Object.create(null);
  set(target[name] as Record<string, FormValue>, rest, value);
}

/** Records whose keys are all numbers are lists. */
function compact(value: FormValue): FormValue {
  if (typeof value === "string") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, compact(inner)] as const);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) return entries.map(([, inner]) => inner);
  return Object.fromEntries(entries);
}
