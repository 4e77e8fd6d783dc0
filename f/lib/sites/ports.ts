import { openHost } from "../host/host.ts";
import { withPostgres } from "../postgres/connect.ts";
import { type Caddy, type Postgresql, resource, type SiteHost } from "../resources.ts";
import type { SitePorts } from "./serve.ts";

/** Opens all that changing a site needs, at the same time, does the work, and closes it whatever happens. */
export async function withSitePorts<T>(
  { host, db, caddy }: { host: SiteHost; db: Postgresql; caddy: Caddy },
  work: (ports: SitePorts) => Promise<T>,
): Promise<T> {
  const [machine, server, edge] = await Promise.all([resource(host), resource(db), resource(caddy)]);
  const opening = openHost(machine);
  const opened = opening.catch(() => undefined); // what went wrong is told where the host is needed
  try {
    return await withPostgres(server, (sql) => work({ sql, host: opening, caddy: edge }));
  } finally {
    await (await opened)?.close();
  }
}
