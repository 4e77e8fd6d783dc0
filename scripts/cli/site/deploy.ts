import { join } from "node:path";
import type { Manifest } from "../../../f/lib/projects/manifest.ts";
import type { Incomplete } from "../../../f/lib/sites/deploy_files.ts";
import type { DeployPlan } from "../../../f/lib/sites/plan.ts";
import { siteOf } from "../../../f/lib/sites/section.ts";
import type { Served } from "../../../f/lib/sites/serve.ts";
import { Failure } from "../failure.ts";
import { size } from "../size.ts";
import type { Windmill } from "../windmill.ts";
import { batchesOf } from "./batches.ts";
import { type LocalSite, readSite } from "./files.ts";
import { type Memory, NO_MEMORY } from "./memory.ts";

export type Deployed = Served & { sent: { files: number; bytes: number } };

type Target = {
  windmill: Windmill;
  /** The name on record: that of an environment, when it is not production. */
  project: string;
};

/** What a server may lose between our question and our answer is asked for again, so many times. */
const MAX_ROUNDS = 5;

/** The site of a project folder. */
export function siteIn(dir: string, manifest: Manifest): LocalSite {
  const { folder, settings } = siteOf(manifest);
  return readSite(join(dir, folder), settings);
}

/** What a deploy would have to send. */
export async function planDeploy({ windmill, project }: Target, { listing }: LocalSite): Promise<DeployPlan> {
  const body = new TextEncoder().encode(JSON.stringify({ listing }));
  return (await windmill.upload("f/infra/sites/plan_deploy", { project }, "application/json", body)) as DeployPlan;
}

type Options = {
  /** Send every content, also those that the server has. */
  full?: boolean;
  memory?: Memory;
  update?: (text: string) => void;
};

/**
 * Publishes the site with as many uploads as it takes: the first brings the listing and what the server probably lacks,
 * each answer says what still does, and with the last of it the site is live.
 */
export async function deploySite(
  { windmill, project }: Target,
  site: LocalSite,
  { full = false, memory = NO_MEMORY, update = () => {} }: Options = {},
): Promise<Deployed> {
  const all = [...new Set(site.files.map(({ sha256 }) => sha256))];
  const known = memory.known();
  let wanted = full ? all : known.size > 0 ? all.filter((hash) => !known.has(hash)) : [];
  const sent = { files: 0, bytes: 0 };
  update(`${site.files.length} files, ${size(site.sizeBytes)}`);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let answer: Served | Incomplete | undefined;
    const total = sent.files + wanted.length;
    for await (const { bytes, files } of batchesOf(site, wanted)) {
      if (files > 0)
        update(`sending ${sent.files + files} of ${total} contents, ${size(sent.bytes + bytes.byteLength)}`);
      const path = "f/infra/sites/deploy_files";
      answer = (await windmill.upload(path, { project }, "application/x-tar", bytes)) as Served | Incomplete;
      sent.files += files;
      sent.bytes += bytes.byteLength;
    }
    if (answer?.status !== "incomplete") {
      memory.keep(all);
      return { ...(answer as Served), sent };
    }
    wanted = answer.lacking;
  }
  throw new Failure("the server lost contents as fast as they were sent", {
    hint: "Look whether something removes files on the site host, then deploy again.",
  });
}

/** Where a project's site is, as the server knows it. */
export async function siteUrl({ windmill, project }: Target): Promise<string | undefined> {
  const { url } = (await windmill.run("script", "f/infra/projects/get_project", { project })) as { url?: string };
  return url;
}
