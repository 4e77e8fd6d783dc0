import { join } from "node:path";
import type { Manifest } from "../../../f/lib/projects/manifest.ts";
import { siteOf } from "../../../f/lib/sites/section.ts";
import type { Windmill } from "../windmill.ts";
import { packSite } from "./archive.ts";

export type Deployed = { project: string; release: string; status: string; url?: string };

/** Packs the site of a project folder and publishes it in one request. */
export async function deploySite(windmill: Windmill, dir: string, manifest: Manifest): Promise<Deployed> {
  const { bytes } = await packSite(join(dir, siteOf(manifest).folder));
  const query = { project: manifest.name };
  return (await windmill.upload("f/infra/sites/deploy_site", query, "application/gzip", bytes)) as Deployed;
}

/** Where a project's site is, as the server knows it. */
export async function siteUrl(windmill: Windmill, project: string): Promise<string | undefined> {
  const { url } = (await windmill.run("script", "f/infra/projects/get_project", { project })) as { url?: string };
  return url;
}
