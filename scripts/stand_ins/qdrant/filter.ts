import { elementsAt, isObject, valuesAt } from "./payload.ts";
import type { Point } from "./point.ts";
import { pointId } from "./point.ts";
import { badFormat, type Fields, integer, list, object, text, unsupported } from "./refusal.ts";

export type Predicate = (point: Point) => boolean;
/** Which fields have a full-text index: a text match is by words there, and by substring elsewhere. */
type TextFields = ReadonlySet<string>;

/** A filter as a question to one point. Throws for a condition that the stand-in does not know. */
export function predicate(filter: unknown, texts: TextFields): Predicate {
  if (filter === undefined || filter === null) return () => true;
  const { must, should, must_not, min_should } = object(filter, "Filter", ["must", "should", "must_not", "min_should"]);
  const all = conditions(must, texts);
  const any = conditions(should, texts);
  const none = conditions(must_not, texts);
  const least = min_should === undefined ? undefined : object(min_should, "MinShould", ["conditions", "min_count"]);
  const counted = conditions(least?.conditions, texts);
  const minimum = integer(least?.min_count, "min_count", 0);
  return (point) =>
    all.every((one) => one(point)) &&
    (any.length === 0 || any.some((one) => one(point))) &&
    !none.some((one) => one(point)) &&
    counted.filter((one) => one(point)).length >= minimum;
}

const conditions = (value: unknown, texts: TextFields): Predicate[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((one) => condition(one, texts));

const GROUP = ["must", "should", "must_not", "min_should"];

function condition(value: unknown, texts: TextFields): Predicate {
  if (!isObject(value)) throw badFormat("a condition must be an object");
  if ("has_id" in value) {
    const ids = new Set(list(value.has_id, "has_id").map(pointId));
    return (point) => ids.has(point.id);
  }
  if ("has_vector" in value) return (point) => point.vectors.has(text(value.has_vector, "has_vector"));
  if ("is_empty" in value) return emptiness(keyOf(value.is_empty));
  if ("is_null" in value) return nullness(keyOf(value.is_null));
  if ("nested" in value) return nested(value.nested, texts);
  if ("key" in value) return fieldCondition(value, texts);
  if (Object.keys(value).every((key) => GROUP.includes(key))) return predicate(value, texts);
  throw unsupported(`a condition with ${Object.keys(value).join(", ")}`);
}

const keyOf = (value: unknown): string => text(object(value, "PayloadField", ["key"]).key, "key");
const emptiness = (key: string): Predicate => {
  const holds = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0);
  return ({ payload }) => !valuesAt(payload, key).some(holds);
};
const nullness =
  (key: string): Predicate =>
  ({ payload }) =>
    valuesAt(payload, key).some((value) => value === null || (Array.isArray(value) && value.includes(null)));

function nested(value: unknown, texts: TextFields): Predicate {
  const { key, filter } = object(value, "Nested", ["key", "filter"]);
  const path = text(key, "key");
  const holds = predicate(filter, texts);
  return (point) =>
    elementsAt(point.payload, path).some((one) => holds({ ...point, payload: isObject(one) ? one : {} }));
}

function fieldCondition(value: Fields, texts: TextFields): Predicate {
  const field = object(value, "FieldCondition", ["key", "match", "range", "values_count", "is_empty", "is_null"]);
  const key = text(field.key, "key");
  const holds: Predicate[] = [];
  if (field.match !== undefined) holds.push(matching(key, field.match, texts));
  if (field.range !== undefined) holds.push(within(key, field.range));
  if (field.values_count !== undefined) {
    const inside = bounds(field.values_count, "ValuesCount");
    holds.push(({ payload }) => inside(elementsAt(payload, key).length));
  }
  if (field.is_empty !== undefined) holds.push((point) => emptiness(key)(point) === field.is_empty);
  if (field.is_null !== undefined) holds.push((point) => nullness(key)(point) === field.is_null);
  if (holds.length === 0) throw badFormat(`the condition on "${key}" asks for nothing`);
  return (point) => holds.every((one) => one(point));
}

function matching(key: string, match: unknown, texts: TextFields): Predicate {
  const asked = object(match, "Match", ["value", "any", "except", "text", "phrase"]);
  const among = (values: unknown[]) => {
    const set = new Set(values);
    return (point: Point, wanted: boolean) => elementsAt(point.payload, key).some((one) => set.has(one) === wanted);
  };
  if ("value" in asked) return (point) => elementsAt(point.payload, key).includes(asked.value);
  if ("any" in asked) {
    const holds = among(list(asked.any, "any"));
    return (point) => holds(point, true);
  }
  if ("except" in asked) {
    const holds = among(list(asked.except, "except"));
    return (point) => holds(point, false);
  }
  const wanted = text(asked.text ?? asked.phrase, "text");
  if (asked.phrase !== undefined || !texts.has(key)) {
    return ({ payload }) => elementsAt(payload, key).some((one) => typeof one === "string" && one.includes(wanted));
  }
  const words = wordsOf(wanted);
  return ({ payload }) => {
    const known = new Set(elementsAt(payload, key).flatMap((one) => (typeof one === "string" ? wordsOf(one) : [])));
    return words.every((word) => known.has(word));
  };
}

const wordsOf = (value: string): string[] => value.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

function within(key: string, range: unknown): Predicate {
  const inside = bounds(range, "Range");
  return ({ payload }) => elementsAt(payload, key).some((one) => inside(one));
}

/** A range of numbers, or of moments written in ISO 8601. */
function bounds(range: unknown, what: string): (value: unknown) => boolean {
  const given = object(range, what, ["lt", "lte", "gt", "gte"]);
  const moments = Object.values(given).some((one) => typeof one === "string");
  const measure = (value: unknown) =>
    moments
      ? typeof value === "string"
        ? Date.parse(value)
        : Number.NaN
      : typeof value === "number"
        ? value
        : Number.NaN;
  const limit = (name: string, otherwise: number) => (given[name] === undefined ? otherwise : measure(given[name]));
  const [lt, lte] = [limit("lt", Infinity), limit("lte", Infinity)];
  const [gt, gte] = [limit("gt", -Infinity), limit("gte", -Infinity)];
  if ([lt, lte, gt, gte].some(Number.isNaN)) throw badFormat(`${what} must have numbers or RFC 3339 times`);
  return (value) => {
    const found = measure(value);
    return (found < lt || lt === Infinity) && found <= lte && (found > gt || gt === -Infinity) && found >= gte;
  };
}
