/** @import { Schema } from "../shapes.ts" */
/** @import { FieldKind } from "./schema_values.js" */
import { h } from "./dom.js";
import { kindOf, Refused, toText, valueFrom } from "./schema_values.js";

/** @typedef {(type: string) => Promise<string[]>} ResourcesOf Paths of the resources of a type. */
/** @typedef {{ element: HTMLElement, control: HTMLElement, read(): unknown, write(value: unknown): void }} Field */

/**
 * One argument's field; `read` throws Refused. An empty field is undefined: the script's own default holds.
 * @param {string} id @param {Schema} schema @param {boolean} required @param {ResourcesOf} resourcesOf
 * @returns {Field}
 */
export function fieldOf(id, schema, required, resourcesOf) {
  const kind = kindOf(schema);
  if (kind === "boolean") return booleanField(id, required);
  if (kind === "choice") return choiceField(id, schema, required);
  if (kind === "resource") return resourceField(id, schema, required, resourcesOf);
  return textField(id, kind, schema, required);
}

/** @param {string} id @param {FieldKind} kind @param {Schema} schema @param {boolean} required @returns {Field} */
function textField(id, kind, schema, required) {
  const common = { id, autocomplete: "off", spellcheck: "false", "aria-required": required };
  /** @type {Record<string, () => HTMLInputElement | HTMLTextAreaElement>} */
  const makers = {
    number: () => h("input", { ...common, inputmode: "decimal", class: "short" }),
    integer: () => h("input", { ...common, inputmode: "numeric", class: "short" }),
    moment: () => h("input", { ...common, type: "datetime-local", step: 1, class: "short" }),
    secret: () => h("input", { ...common, type: "password" }),
    text: () => h("textarea", { ...common, rows: 1 }),
    json: () => h("textarea", { ...common, rows: 3, class: "code" }),
  };
  const control = /** @type {() => HTMLInputElement} */ (makers[kind])();
  if (kind === "json")
    control.placeholder = schema.type === "array" ? "[ ]" : schema.type === "object" ? "{ }" : "JSON";
  return {
    element: control,
    control,
    read() {
      if (control.validity.badInput) throw new Refused("This must be a date and a time.");
      return valueFrom(kind, schema, control.value);
    },
    write(value) {
      control.value = toText(kind, value);
    },
  };
}

/** @param {string} id @param {boolean} required @returns {Field} */
function booleanField(id, required) {
  const control = h("input", { id, type: "checkbox" });
  let touched = required;
  control.addEventListener("change", () => (touched = true));
  return {
    element: control,
    control,
    read: () => (touched ? control.checked : undefined),
    write(value) {
      touched = required || typeof value === "boolean";
      control.checked = value === true;
    },
  };
}

/** @param {string} id @param {Schema} schema @param {boolean} required @returns {Field} */
function choiceField(id, schema, required) {
  const choices = schema.enum ?? [];
  const options = choices.map((choice, index) => h("option", { value: index }, String(choice)));
  const control = h("select", { id, "aria-required": required }, h("option", { value: "" }, "–"), ...options);
  return {
    element: control,
    control,
    read: () => (control.value === "" ? undefined : choices[Number(control.value)]),
    write(value) {
      const index = choices.indexOf(value);
      control.value = index < 0 ? "" : String(index);
    },
  };
}

const OTHER = "other";

/**
 * A resource by its path, or its value as JSON.
 * @param {string} id @param {Schema} schema @param {boolean} required @param {ResourcesOf} resourcesOf
 * @returns {Field}
 */
function resourceField(id, schema, required, resourcesOf) {
  const type = (schema.format ?? "").slice("resource-".length);
  const select = h("select", { id, "aria-required": required });
  const json = h("textarea", {
    class: "code",
    rows: 3,
    "aria-label": `Value as JSON of type ${type}`,
    spellcheck: "false",
    hidden: true,
  });
  const offer = (/** @type {string} */ value, /** @type {string} */ label) => {
    if (![...select.options].some((option) => option.value === value)) select.append(h("option", { value }, label));
  };
  const swap = () => (json.hidden = select.value !== OTHER);
  offer("", required ? "Choose …" : "–");
  offer(OTHER, "Another value …");
  select.addEventListener("change", swap);
  void resourcesOf(type).then(
    (paths) => {
      for (const path of paths) offer(`$res:${path}`, path);
      for (const option of select.options)
        if (option.value.startsWith("$res:") && !paths.includes(option.value.slice(5)))
          option.text += " (not there yet)";
    },
    () => undefined,
  );
  return {
    element: h("div", { class: "resource" }, select, h("span", { class: "tag" }, type), json),
    control: select,
    read: () =>
      select.value === OTHER ? valueFrom("json", { type: "object" }, json.value) : select.value || undefined,
    write(value) {
      const isPath = typeof value === "string" && value.startsWith("$res:");
      if (isPath) offer(value, value.slice(5));
      select.value = isPath ? value : value === undefined || value === null ? "" : OTHER;
      json.value = isPath ? "" : toText("json", value);
      swap();
    },
  };
}
