import type { Kind } from "./kind.ts";

/** Access keys, which no manifest names. A deleted project's keys are refused as long as it is deleted. */
export const accessKind: Kind = {
  kind: "access",
  plan: async () => [],
  apply: async () => ({ status: "unchanged" }),
  async list({ sql }, project) {
    const { rows } = await sql.query<{ name: string }>("select name from run8n.access_key where target = $1", [
      project,
    ]);
    return rows.map(({ name }) => `access key ${name}`);
  },
  async drop({ sql }, project) {
    await sql.query("delete from run8n.access_key where target = $1", [project]);
    return {};
  },
};
