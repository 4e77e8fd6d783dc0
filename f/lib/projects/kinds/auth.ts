import { accountsGap, ensureAccounts } from "../../accounts/ensure.ts";
import { schemaOf } from "../../names.ts";
import { inSchema } from "./in_schema.ts";
import type { Kind } from "./kind.ts";

/** The tables of accounts and organizations, and who may join. */
export const authKind: Kind = {
  kind: "auth",
  async plan({ sql }, { project, manifest }) {
    if (!manifest.auth) return [];
    const gap = await accountsGap(sql, { project, signUp: manifest.auth.signUp });
    if (!gap) return [];
    const what = `Accounts in schema ${schemaOf(project)}`;
    return gap === "missing"
      ? [{ action: "create", what, why: "their tables do not exist", risk: "safe" }]
      : [{ action: "update", what, why: "their tables or who may join differ from what they must be", risk: "safe" }];
  },
  async apply({ sql }, { project, manifest }) {
    if (!manifest.auth) return { status: "unchanged" };
    return ensureAccounts(sql, { project, signUp: manifest.auth.signUp });
  },
  ...inSchema,
};
