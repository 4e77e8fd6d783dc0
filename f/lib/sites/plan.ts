import type { Host } from "../host/host.ts";
import { projectName } from "../names.ts";
import { findFor, lackingOf } from "./found.ts";
import { readListing } from "./listing.ts";
import { releaseOf } from "./release.ts";

export type DeployPlan = {
  project: string;
  /** What the release will be called. */
  release: string;
  /** The one that is served now; null when there is none. */
  currentRelease: string | null;
  /** `unchanged`: served already. `ready`: every content is there. `lacking`: some have to be sent. */
  status: "unchanged" | "ready" | "lacking";
  files: number;
  sizeBytes: number;
  /** The contents that the site host does not have, by their SHA-256, in the listing's order. */
  lacking: string[];
  lackingBytes: number;
};

/** Says what a deploy of these files would have to send. Changes nothing. */
export async function planDeploy(host: Host, ask: { project: string; listing: unknown }): Promise<DeployPlan> {
  const project = projectName(ask.project);
  const listing = readListing(ask.listing);
  const { id, files, sizeBytes } = releaseOf(listing);
  const found = await findFor(host, project, listing);
  const lacking = lackingOf(listing, found);
  const sizes = new Map(listing.entries.map((entry) => [entry.sha256, entry.sizeBytes]));
  const lackingBytes = lacking.reduce((sum, name) => sum + (sizes.get(name) as number), 0);
  const isLive = found.complete && found.live.current === id;
  return {
    project,
    release: id,
    currentRelease: found.live.current ?? null,
    status: isLive ? "unchanged" : lacking.length > 0 ? "lacking" : "ready",
    files,
    sizeBytes,
    lacking,
    lackingBytes,
  };
}
