import { isDeepStrictEqual } from "node:util";
import { credentialPaths, roleConnection } from "./credentials.ts";
import type { SchemaPorts } from "./ensure_schema.ts";
import { extensionNames, listExtensions } from "./extensions.ts";
import { refuseForeign } from "./repair_schema.ts";
import { repairs } from "./repairs.ts";
import { ROLE_KINDS, schemaNames } from "./roles.ts";
import { verifies } from "./scram.ts";
import { currentLogin, readState, usesExtensions } from "./state.ts";

/**
 * What ensureSchema would put right, as sentences for people, in no particular order; `exists` is whether there is a
 * schema at all. Changes nothing. Throws Conflict for a schema or role of that name that is not ours.
 */
export async function schemaDrift(
  { sql, db, workspace }: SchemaPorts,
  project: string,
  options: { extensions?: string[] | null; shadow?: boolean | null } = {},
): Promise<{ exists: boolean; amiss: string[] }> {
  const names = schemaNames(project);
  const state = await readState(sql, names);
  refuseForeign(names, state);
  if (!state.schema) return { exists: false, amiss: [] };
  const amiss: string[] = [];
  const places = repairs(names, state).length;
  if (places > 0) amiss.push(`its owner, roles or rights differ from what they must be in ${places} places`);
  for (const kind of ROLE_KINDS) {
    const login = currentLogin(names, state, kind);
    const paths = credentialPaths(names, kind, login);
    const password = await workspace.getSecret(paths.secret);
    const known = password !== undefined && (await verifies(state.roles[login]?.verifier, password));
    if (password === undefined || (state.readsVerifiers && !known)) {
      amiss.push(`the password of ${login} is not the one in ${paths.secret}`);
    }
    const connection = await workspace.getResource(paths.resource);
    if (!isDeepStrictEqual(connection, roleConnection(names, kind, login, db))) {
      amiss.push(`the connection ${paths.resource} is missing or leads elsewhere`);
    }
  }
  const wanted = extensionNames(options.extensions);
  const usable = usesExtensions(names, state) ? await listExtensions(sql) : [];
  const lacking = wanted.filter((name) => !usable.includes(name));
  if (lacking.length > 0) amiss.push(`it cannot use the extensions ${lacking.join(", ")}`);
  if (options.shadow && !state.shadow) amiss.push("its shadow database is missing");
  return { exists: true, amiss };
}
