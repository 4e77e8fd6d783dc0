import { previewHost, publicUrl } from "../caddy/hosts.ts";
import { serveWith } from "../caddy/served.ts";
import type { Host } from "../host/host.ts";
import type { Sql } from "../postgres/connect.ts";
import type { CaddyValue } from "../resources.ts";
import type { Published } from "./publish.ts";
import type { SiteSettings } from "./sites_settings.ts";

/**
 * What a verb that changes a site needs: our records, the machine with its files, which may still be answering, and the
 * proxy that serves them.
 */
export type SitePorts = { sql: Sql; host: Host | Promise<Host>; caddy: CaddyValue };

export type Served = Published & {
  /** Where this release is shown as long as it is kept, whichever is the current one. */
  previewUrl: string;
};

/** Serves a release that has become the current one as its settings say; the proxy is touched only when they changed. */
export async function serveRelease(
  { sql, caddy }: Pick<SitePorts, "sql" | "caddy">,
  published: Published,
  settings: SiteSettings,
): Promise<Served> {
  const { project, release, status } = published;
  const isNew = await serveWith({ sql, caddy }, project, settings);
  const previewUrl = previewUrlOf(project, release, caddy);
  return { ...published, previewUrl, status: isNew && status === "unchanged" ? "updated" : status };
}

export const previewUrlOf = (project: string, release: string, caddy: CaddyValue): string =>
  publicUrl(previewHost(project, release, caddy), caddy);
