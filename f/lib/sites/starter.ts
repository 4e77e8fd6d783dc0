import { InvalidInputError, PreconditionError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import { describe, projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { contentsOf } from "./contents.ts";
import { readLive, readMeta, siteLayout } from "./layout.ts";
import { listingOf } from "./listing.ts";
import { describePublished, type Published, publish } from "./publish.ts";
import { files as saasSite } from "./starters/saas.ts";
import { files as staticSite } from "./starters/static.ts";

/** The text files that a template's site begins with, by path. */
type Starter = Record<string, string>;

const STARTERS: Record<string, Starter> = { static: staticSite, saas: saasSite };

/**
 * Publishes a template's starter site unless the project has a site; a site that is there is never replaced.
 * Throws InvalidInput for a template that has no starter.
 */
export async function ensureSite(ask: {
  sql: Sql;
  host: Host;
  project: string;
  template: string;
  starters?: Record<string, Starter>;
}): Promise<Published> {
  const { sql, host, template, starters = STARTERS } = ask;
  const project = projectName(ask.project);
  const starter = Object.hasOwn(starters, template) ? starters[template] : undefined;
  if (!starter) {
    throw new InvalidInputError(
      `template must be one of ${Object.keys(starters).join(", ")}; got ${describe(template)}`,
      {
        hint: "Choose one of these, or deploy a site of your own with deploy_site.",
        details: { argument: "template" },
      },
    );
  }
  return operate({ sql, verb: "infra/sites/ensure_site", project, arguments: { project, template } }, async () => {
    const site = siteLayout(project);
    const [there, live] = await Promise.all([host.readLink(site.current), readLive(host, site)]);
    const meta = live.current && (await readMeta(host, site, live.current));
    if (meta) return describePublished(project, meta, live, "unchanged");
    if (there !== undefined) throw unknownSite(project);
    const files = Object.entries(starter).map(([path, text]) => ({ path, content: Buffer.from(text) }));
    const listing = listingOf(files);
    return publish(host, project, { listing, contents: await contentsOf(files, listing.entries) });
  });
}

const unknownSite = (project: string) =>
  new PreconditionError(`The site of ${project} is served from something that is no release on record`, {
    hint: "Publish it with deploy_site, which puts a release in its place.",
    details: { project },
  });
