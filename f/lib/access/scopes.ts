import { InvalidInputError } from "../errors.ts";

/**
 * What a key may be made for, each a verb of one project's. A route that takes a key names its verb here; nothing else
 * can be written into a key, so that a misspelt verb is refused when the key is made and not when it is used.
 */
export const SCOPES = {
  get_project: "read the project's record",
  list_releases: "read the releases of its site",
  deploy_site: "publish a release of its site",
  rollback_site: "return its site to an earlier release",
} as const;
export type Scope = keyof typeof SCOPES;

const KNOWN = Object.keys(SCOPES) as Scope[];

/** The verbs in the order of the list, each once. Throws InvalidInput for none at all or one that is not listed. */
export function scopesOf(value: unknown): Scope[] {
  const verbs: unknown[] = Array.isArray(value) ? value : [];
  if (verbs.length > 0 && verbs.every((verb) => KNOWN.includes(verb as Scope))) {
    return KNOWN.filter((known) => verbs.includes(known));
  }
  throw new InvalidInputError("Verbs must be a list of one or more verbs that a key can be made for", {
    hint: `Choose among: ${KNOWN.join(", ")}.`,
    details: { argument: "verbs", verbs: KNOWN },
  });
}
