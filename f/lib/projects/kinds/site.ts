import { withHost } from "../../host/host.ts";
import type { SiteHostValue } from "../../resources.ts";
import { readLive, readMeta, siteLayout } from "../../sites/layout.ts";
import { ensureSite } from "../../sites/starter.ts";
import type { Finding, Kind } from "./kind.ts";

/** The files of the site: the template's starter until the first deploy; what is deployed is nothing to this. */
export const siteKind: Kind = {
  kind: "site",
  plan: async ({ connection }, { project, manifest }) =>
    withHost(await connection<SiteHostValue>("site_host"), async (host): Promise<Finding[]> => {
      const site = siteLayout(project);
      const what = `Site of ${project}`;
      const [link, { current }] = await Promise.all([host.readLink(site.current), readLive(host, site)]);
      if (current && (await readMeta(host, site, current))) return [];
      if (link !== undefined) {
        return [{ action: "update", what, why: "what is served is no release on record; deploy one", risk: "safe" }];
      }
      const why = `there is no release yet; the starter of template ${manifest.template} is published`;
      return [{ action: "create", what, why, risk: "safe" }];
    }),
  apply: async ({ sql, connection }, { project, manifest }) =>
    withHost(await connection<SiteHostValue>("site_host"), (host) =>
      ensureSite({ sql, host, project, template: manifest.template }),
    ),
  list: async ({ connection }, project) =>
    withHost(await connection<SiteHostValue>("site_host"), async (host) =>
      (await host.list(project)).map((name) => `files ${project}/${name}`),
    ),
  drop: async ({ sql, connection }, project) =>
    withHost(await connection<SiteHostValue>("site_host"), async (host) => {
      await host.remove(project);
      await sql.query("delete from run8n.site where project = $1", [project]);
      return {};
    }),
};
