import { InvalidInputError } from "../errors.ts";

/**
 * What a key may be made for, each a verb of one project's. A route that takes a key names its verb here; nothing else
 * can be written into a key, so that a misspelt verb is refused when the key is made and not when it is used.
 */
export const SCOPES = {
  get_project: "read the project's record",
  list_operations: "read what was done to it",
  check_drift: "compare it with its manifest",
  plan_project: "show what a manifest would change",
  apply_project: "make it as a manifest says",
  list_releases: "read the releases of its site",
  plan_deploy: "ask which files of a release the server lacks",
  deploy_files: "send such files and publish the release",
  deploy_site: "publish a release of its site in one request",
  rollback_site: "return its site to an earlier release",
  plan_migrations: "show what migrations would change in its schema",
  apply_migrations: "change its schema by migrations, as the schema's owner",
  run_query: "read its tables",
} as const;
export type Scope = keyof typeof SCOPES;

/** Routes of their own that take a key too, beside whoever is signed in. */
export const ROUTE_SCOPES = {
  search_documents: "search the project's documents, those that are everybody's",
  answer_question: "ask questions of them",
} as const;
export type KeyScope = Scope | keyof typeof ROUTE_SCOPES;

const KNOWN = Object.keys({ ...SCOPES, ...ROUTE_SCOPES }) as KeyScope[];

/** The verbs in the order of the list, each once. Throws InvalidInput for none at all or one that is not listed. */
export function scopesOf(value: unknown): KeyScope[] {
  const verbs: unknown[] = Array.isArray(value) ? value : [];
  if (verbs.length > 0 && verbs.every((verb) => KNOWN.includes(verb as KeyScope))) {
    return KNOWN.filter((known) => verbs.includes(known));
  }
  throw new InvalidInputError("Verbs must be a list of one or more verbs that a key can be made for", {
    hint: `Choose among: ${KNOWN.join(", ")}.`,
    details: { argument: "verbs", verbs: KNOWN },
  });
}
