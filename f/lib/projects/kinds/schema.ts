import { isDeepStrictEqual } from "node:util";
import { credentialPaths, roleConnection } from "../../postgres/credentials.ts";
import { ensureSchema, refuseForeign } from "../../postgres/ensure_schema.ts";
import { repairs } from "../../postgres/repairs.ts";
import { ROLE_KINDS, schemaNames } from "../../postgres/roles.ts";
import { verifies } from "../../postgres/scram.ts";
import { readState } from "../../postgres/state.ts";
import type { Finding, Kind } from "./kind.ts";

/** The Postgres schema with its roles, their rights, passwords and connections. Its tables belong to the migrations. */
export const schemaKind: Kind = {
  kind: "schema",
  async plan({ sql, db, workspace }, { project }) {
    const names = schemaNames(project);
    const state = await readState(sql, names);
    refuseForeign(names, state);
    const what = `Postgres schema ${names.schema}`;
    if (!state.schema) return [{ action: "create", what, why: "it does not exist", risk: "safe" }];
    const findings: Finding[] = [];
    const update = (why: string) => findings.push({ action: "update", what, why, risk: "safe" });
    const amiss = repairs(names, state).length;
    if (amiss > 0) update(`its owner, roles or rights differ from what they must be in ${amiss} places`);
    for (const kind of ROLE_KINDS) {
      const role = names.roles[kind];
      const paths = credentialPaths(names.folder, kind);
      const password = await workspace.getSecret(paths.secret);
      const known = password !== undefined && (await verifies(state.roles[role]?.verifier, password));
      if (password === undefined || (state.readsVerifiers && !known)) {
        update(`the password of ${role} is not the one in ${paths.secret}`);
      }
      const connection = await workspace.getResource(paths.resource);
      if (!isDeepStrictEqual(connection, roleConnection(names, kind, db))) {
        update(`the connection ${paths.resource} is missing or leads elsewhere`);
      }
    }
    return findings;
  },
  apply: ({ sql, db, workspace }, { project }) => ensureSchema({ sql, db, workspace }, project),
};
