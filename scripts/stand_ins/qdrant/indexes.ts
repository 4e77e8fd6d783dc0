import type { Collection } from "./collection.ts";
import { valuesAt } from "./payload.ts";
import { badFormat, type Fields, object, text } from "./refusal.ts";

const FIELDS: Record<string, string[]> = {
  keyword: ["is_tenant", "on_disk"],
  integer: ["lookup", "range", "is_principal", "on_disk"],
  float: ["is_principal", "on_disk"],
  bool: ["on_disk"],
  datetime: ["is_principal", "on_disk"],
  uuid: ["is_tenant", "on_disk"],
  text: ["tokenizer", "lowercase", "min_token_len", "max_token_len", "on_disk"],
};

export function createIndex(collection: Collection, body: unknown): void {
  const { field_name, field_schema } = object(body, "CreateFieldIndex", ["field_name", "field_schema"]);
  const given = typeof field_schema === "string" ? { type: field_schema } : (field_schema as Fields | undefined);
  const type = text(given?.type, "field_schema");
  const known = FIELDS[type];
  if (!known) throw badFormat(`unknown variant \`${type}\`, expected one of ${Object.keys(FIELDS).join(", ")}`);
  const index = object(given, `the ${type} index`, ["type", ...known]);
  const { config, indexes } = collection.definition;
  collection.redefine({ config, indexes: { ...indexes, [text(field_name, "field_name")]: index } });
}

export function deleteIndex(collection: Collection, field: string): void {
  const { [field]: _, ...indexes } = collection.definition.indexes;
  collection.redefine({ config: collection.definition.config, indexes });
}

/** The indexes as `GET /collections/{name}` tells of them, with how many points have the field. */
export function payloadSchema({ definition, points }: Collection): Fields {
  return Object.fromEntries(
    Object.entries(definition.indexes).map(([field, index]) => {
      let count = 0;
      for (const { payload } of points.values()) if (valuesAt(payload, field).length > 0) count++;
      const params = Object.keys(index).length > 1 ? { params: index } : {};
      return [field, { data_type: index.type, ...params, points: count }];
    }),
  );
}
