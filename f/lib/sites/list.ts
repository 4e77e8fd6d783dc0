import type { Host } from "../host/host.ts";
import { projectName } from "../names.ts";
import type { CaddyValue } from "../resources.ts";
import { readLive, siteLayout } from "./layout.ts";
import { keptReleases } from "./rollback.ts";
import { previewUrlOf } from "./serve.ts";

export type ListedRelease = {
  release: string;
  /** `current` is served; `previous` is where a rollback without a name goes. */
  state: "current" | "previous" | "kept";
  createdAt: string;
  by: string;
  files: number;
  sizeBytes: number;
  /** Where it is shown, whichever is the current one. */
  previewUrl: string;
};

/** The releases of a project's site that can be returned to, newest first; none when it has no site. */
export async function listReleases(
  { host, caddy }: { host: Host; caddy: CaddyValue },
  name: string,
): Promise<{ items: ListedRelease[] }> {
  const project = projectName(name);
  const site = siteLayout(project);
  const [live, kept] = await Promise.all([readLive(host, site), keptReleases(host, site)]);
  const stateOf = (id: string) => (id === live.current ? "current" : id === live.previous ? "previous" : "kept");
  const items = kept.map(({ id, createdAt, by, files, sizeBytes }) => ({
    release: id,
    state: stateOf(id) as ListedRelease["state"],
    createdAt,
    by,
    files,
    sizeBytes,
    previewUrl: previewUrlOf(project, id, caddy),
  }));
  return { items };
}
