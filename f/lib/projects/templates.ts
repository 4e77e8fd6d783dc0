import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";

/** What a project can be made from. */
export const TEMPLATES = ["static", "saas"] as const;
export type Template = (typeof TEMPLATES)[number];

/** Returns the template's name, or throws InvalidInput with the names there are. */
export function templateName(value: unknown): Template {
  const template = TEMPLATES.find((known) => known === value);
  if (template) return template;
  throw new InvalidInputError(`Template must be one of ${TEMPLATES.join(", ")}; got ${describe(value)}`, {
    hint: `Pass "${TEMPLATES[0]}".`,
    details: { argument: "template", templates: [...TEMPLATES] },
  });
}
