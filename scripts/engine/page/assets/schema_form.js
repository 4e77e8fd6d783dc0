/** @import { Schema } from "../shapes.ts" */
/** @import { ResourcesOf } from "./schema_fields.js" */
import { fill, h } from "./dom.js";
import { fieldOf } from "./schema_fields.js";
import { argumentsOf, Refused } from "./schema_values.js";

let made = 0;

/**
 * The form that a JSON schema gives.
 * @param {Schema | null | undefined} schema @param {ResourcesOf} resourcesOf
 * @param {() => void} [onChange] called after every change
 */
export function schemaForm(schema, resourcesOf, onChange) {
  const prefix = `form${made++}`;
  const rows = argumentsOf(schema).map(([name, one]) => rowOf(`${prefix}-${name}`, name, one, schema, resourcesOf));
  const element = h("div", { class: "fields" }, ...rows.map((row) => row.element));
  if (rows.length === 0) element.append(h("p", { class: "soft" }, "Takes no arguments."));
  element.addEventListener("input", () => onChange?.());
  element.addEventListener("change", () => onChange?.());
  return {
    element,
    /** The arguments, or undefined with the faults shown beside their fields and the first one focused. */
    read() {
      const wrong = rows.filter((row) => !row.check());
      wrong[0]?.control.focus();
      return wrong.length ? undefined : valuesOf(rows);
    },
    /** What there is so far, faulty fields left out. */
    peek: () => valuesOf(rows),
    /** @param {Record<string, unknown>} values */
    write(values) {
      for (const row of rows) if (Object.hasOwn(values, row.name)) row.write(values[row.name]);
      onChange?.();
    },
  };
}

/** @param {{ name: string, read(): unknown }[]} rows */
function valuesOf(rows) {
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const row of rows) {
    try {
      const value = row.read();
      if (value !== undefined) values[row.name] = value;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return values;
}

/** @param {string} id @param {string} name @param {Schema} one @param {Schema | null | undefined} whole @param {ResourcesOf} resourcesOf */
function rowOf(id, name, one, whole, resourcesOf) {
  const required = whole?.required?.includes(name) ?? false;
  const field = fieldOf(id, one, required, resourcesOf);
  const error = h("p", { class: "field-error", id: `${id}-error` });
  const { control } = field;
  control.setAttribute("aria-describedby", `${id}-help ${id}-error`);
  field.write(one.default);
  const mark = (/** @type {string} */ complaint) => {
    fill(error, complaint);
    if (complaint) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  control.addEventListener("input", () => mark(""));
  const element = h(
    "div",
    { class: "field" },
    h(
      "div",
      { class: "field-name" },
      h("label", { for: id }, name),
      required && h("span", { class: "required" }, "required"),
      h("span", { class: "type" }, typeOf(one)),
    ),
    field.element,
    one.description ? h("p", { class: "help", id: `${id}-help` }, one.description) : null,
    error,
  );
  return {
    name,
    element,
    control,
    read: field.read,
    write: field.write,
    check() {
      try {
        const isMissing = field.read() === undefined && required;
        mark(isMissing ? "This is required." : "");
        return !isMissing;
      } catch (refused) {
        if (!(refused instanceof Refused)) throw refused;
        mark(refused.message);
        return false;
      }
    },
  };
}

/** @param {Schema} schema */
function typeOf({ type, format, enum: choices }) {
  if (format?.startsWith("resource-")) return "resource";
  if (choices?.length) return "one of";
  return format ?? [type ?? "any"].flat().join(" or ");
}
