import { badFormat, type Fields, list, object, text } from "./refusal.ts";

/** All values at a path such as `a.b`, `a[].b` or `a[0]`. A list that is not indexed stands for its elements. */
export function valuesAt(payload: unknown, path: string): unknown[] {
  let found: unknown[] = [payload];
  for (const step of stepsOf(path)) {
    found = found.flatMap((value) => {
      if (step === "[]") return Array.isArray(value) ? value : [];
      if (typeof step === "number") return Array.isArray(value) && step < value.length ? [value[step]] : [];
      return isObject(value) && Object.hasOwn(value, step) ? [value[step]] : [];
    });
  }
  return found;
}

/** The values a condition is asked about: each element of a list counts by itself. */
export const elementsAt = (payload: unknown, path: string): unknown[] =>
  valuesAt(payload, path).flatMap((value) => (Array.isArray(value) ? value : [value]));

/** The payload without what stands at a path of plain keys. */
export function withoutPath(payload: Fields, path: string): Fields {
  const [first = "", ...rest] = stepsOf(path);
  if (typeof first !== "string" || !Object.hasOwn(payload, first)) return payload;
  const { [first]: inner, ...others } = payload;
  if (rest.length === 0) return others;
  return isObject(inner) ? { ...payload, [first]: withoutPath(inner, rest.join(".")) } : payload;
}

/** Turns a `with_payload` into what it takes of a payload; nothing when none is wanted. */
export function selection(value: unknown, fallback: boolean): (payload: Fields) => Fields | undefined {
  const wanted = value ?? fallback;
  if (wanted === false) return () => undefined;
  if (wanted === true) return (payload) => payload;
  if (Array.isArray(wanted)) return (payload) => include(payload, wanted.map(String));
  const { include: included, exclude } = object(wanted, "PayloadSelector", ["include", "exclude"]);
  const paths = list(included ?? exclude, "PayloadSelector").map((one) => text(one, "a payload key"));
  if (included) return (payload) => include(payload, paths);
  return (payload) => paths.reduce(withoutPath, payload);
}

function include(payload: Fields, paths: string[]): Fields {
  const taken: Fields = {};
  for (const path of paths) {
    const keys = path.split(".");
    const [value] = valuesAt(payload, path);
    if (value === undefined) continue;
    let at = taken;
    for (const key of keys.slice(0, -1)) {
      at[key] ??= {};
      at = at[key] as Fields;
    }
    at[keys.at(-1) ?? path] = value;
  }
  return taken;
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function stepsOf(path: string): (string | number)[] {
  const steps = path.match(/\[\d*\]|"[^"]*"|[^.[\]"]+/g);
  if (!steps) throw badFormat("a payload key must not be empty");
  return steps.map((step) =>
    step.startsWith("[") && step !== "[]" ? Number(step.slice(1, -1)) : step.replaceAll('"', ""),
  );
}
