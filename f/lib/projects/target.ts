import { ConflictError, InvalidInputError, PreconditionError } from "../errors.ts";
import { environmentProject, projectName } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { isPreview } from "./environments.ts";
import type { Target } from "./kinds/kind.ts";
import { type Manifest, manifestOf } from "./manifest.ts";
import { findProject, type Project, refuseOther } from "./record.ts";
import { templateName } from "./templates.ts";

/** What a caller asks to be made so. Null is how a form sends a field that was left empty. */
export type Ask = {
  project?: string | null;
  /** `run8n.json` as it is; without it what was applied last, or for a new project what its template usually has. */
  manifest?: unknown;
  template?: string | null;
  environment?: string | null;
};

/**
 * What a project should be. Throws InvalidInput for a manifest that is none or is for another project, Conflict for a
 * project that was made from another template, Precondition for an environment of a project that does not exist.
 */
export async function targetOf(sql: Sql, ask: Ask): Promise<Target> {
  const given = ask.manifest == null ? undefined : manifestOf(ask.manifest);
  const of = projectName(given?.name ?? ask.project);
  if (ask.project != null && ask.project !== of) throw otherName();
  const environment = ask.environment ?? "production";
  const project = environmentProject(of, environment);
  const found = await findProject(sql, project);
  const main = project === of ? found : await requireMain(sql, of);
  if (found) refuseOther(found, of);
  for (const one of [found, main]) if (one?.status === "deleted") throw deleted(one);
  const template = ask.template ?? undefined;
  // Read again: what was applied by an older run8n lacks what manifests can say by now.
  const before = found?.manifest ? manifestOf(found.manifest) : undefined;
  const kept = before ?? (main?.manifest ? manifestOf(main.manifest) : undefined);
  const manifest =
    given ?? kept ?? manifestOf({ name: of, template: templateName(template ?? main?.template ?? "static") });
  const made = main?.template ?? template;
  if (made !== undefined && made !== manifest.template) throw madeFromOther(of, made);
  if (template !== undefined && template !== manifest.template) throw madeFromOther(of, manifest.template);
  templateName(manifest.template);
  return {
    project,
    manifest: project === of ? manifest : inEnvironment(manifest, environment),
    ...(before ? { before } : {}),
    environment: {
      of,
      name: environment,
      preview: isPreview(environment) ? manifest.environments.preview : null,
    },
  };
}

/**
 * Domains lead to production, where alone schedules run; an environment has its name below the server's domain. A preview
 * takes nobody's money: the account in Stripe is the one that production sells with.
 */
function inEnvironment({ billing, ...manifest }: Manifest, environment: string): Manifest {
  return { ...manifest, domains: [], schedules: [], ...(billing && !isPreview(environment) ? { billing } : {}) };
}

async function requireMain(sql: Sql, of: string): Promise<Project> {
  const found = await findProject(sql, of);
  if (found) return found;
  throw new PreconditionError(`Project ${of} does not exist, so it can have no other environment yet`, {
    hint: "Apply it without an environment first, which makes production.",
  });
}

const deleted = ({ project, expiresAt, dropAt }: Project) =>
  new ConflictError(
    expiresAt
      ? `Preview ${project} is deleted and will be dropped within the hour`
      : `Project ${project} is deleted; it can be restored until ${dropAt}`,
    {
      hint: "Bring it back with restore_project, or end it now with drop_project.",
      details: { project, dropAt },
    },
  );

const otherName = () =>
  new InvalidInputError("The manifest is for a project of another name than the one given", {
    hint: "Leave the name out, or correct it in run8n.json.",
    details: { argument: "project" },
  });

const madeFromOther = (project: string, template: string) =>
  new ConflictError(`Project ${project} exists already, made from the template ${template}`, {
    hint: `Pass template "${template}" to go on with it, or choose another name.`,
    details: { template },
  });
