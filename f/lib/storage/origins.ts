import { publicUrl } from "../caddy/hosts.ts";
import { withTables } from "../operations/tables.ts";
import type { Sql } from "../postgres/connect.ts";
import type { CaddyValue } from "../resources.ts";

/** The origins that pages of projects have: all below the server's domain, and each domain that a project has brought. */
export async function pageOrigins(sql: Sql, caddy: CaddyValue): Promise<string[]> {
  const { rows } = await withTables(sql, () =>
    sql.query<{ host: string }>("select host from run8n.route where route ->> 'kind' <> 'redirect' order by host"),
  );
  const brought = rows.map(({ host }) => host).filter((host) => !host.endsWith(`.${caddy.domain}`));
  return [`*.${caddy.domain}`, ...brought].map((host) => publicUrl(host, caddy));
}
