import { createHash } from "node:crypto";
import { environmentProject } from "../../../f/lib/names.ts";
import { COPIES, isPreview } from "../../../f/lib/projects/environments.ts";
import type { Manifest } from "../../../f/lib/projects/manifest.ts";
import type { Project } from "../../../f/lib/projects/record.ts";
import { Failure, toFailure, usage } from "../failure.ts";
import type { Windmill } from "../windmill.ts";

/** The options of commands that work on one environment of a project. */
export const ENVIRONMENT = {
  env: {
    type: "string",
    value: "NAME",
    help: "the environment: production (default), staging, or preview with --branch",
  },
  branch: { type: "string", value: "BRANCH", help: "with --env preview: the branch that it shows, as git names it" },
  preview: { type: "string", value: "BRANCH", help: "short for --env preview --branch BRANCH" },
} as const;

/** The options of commands that make a preview; they go before what run8n.json says of previews. */
export const NEW_PREVIEW = {
  copy: { type: "string", value: "WHAT", help: `what a new preview's database begins with: ${COPIES.join(", ")}` },
  days: { type: "string", value: "N", help: "how many days a preview stays after it was last applied, 1 to 90" },
} as const;

/** What was given of them. */
export type Environment = { env?: string; branch?: string; preview?: string };

/** The longest name that a project on record may have. */
const LONGEST = 40;
const HASH = 6;

/** Which environment is meant. A name that no environment can have is used wrongly. */
export function environmentOf(of: string, { env, branch, preview }: Environment): string {
  if (preview !== undefined && (branch !== undefined || (env !== undefined && env !== "preview"))) {
    throw usage("--preview names a branch already", "Leave --env and --branch out.");
  }
  if (branch !== undefined && env !== "preview")
    throw usage("--branch needs --env preview", "Or pass --preview BRANCH.");
  const shown = preview ?? branch;
  if (shown !== undefined) return previewName(of, shown);
  if (env === "preview") {
    throw usage("--env preview needs --branch", 'For the one you are on: --branch "$(git branch --show-current)".');
  }
  return named(of, env ?? "production");
}

/**
 * The name of the preview of a branch: the branch's own where that can be one, else what of it can be, with a hash, so that
 * `feature/ABC` and `feature-abc` are two.
 */
export function previewName(of: string, branch: string): string {
  if (branch.trim() === "") throw usage("the branch has no name", "Pass the one that git shows.");
  const room = LONGEST - of.length - 1;
  if (room < HASH) throw usage(`the name ${of} leaves no room for a preview's`, "Choose a project name of at most 33.");
  const plain = branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (plain === branch && plain.length <= room && isPreview(plain)) return plain;
  const hash = createHash("sha256").update(branch).digest("hex").slice(0, HASH);
  const kept = plain.slice(0, Math.max(0, room - HASH - 1)).replace(/-$/, "");
  return kept === "" ? hash : `${kept}-${hash}`;
}

function named(of: string, environment: string): string {
  try {
    environmentProject(of, environment);
    return environment;
  } catch (error) {
    throw usage(toFailure(error).message, `For a branch, pass --preview ${JSON.stringify(environment)}.`);
  }
}

/** The name on record of an environment that exists. One of that name which is another project's is not this one's. */
export async function projectOf(windmill: Windmill, of: string, environment: string): Promise<string> {
  const project = environmentProject(of, environment);
  if (project === of) return project;
  const { environmentOf: owner } = (await windmill
    .run("script", "f/infra/projects/get_project", { project })
    .catch((error: Failure) => {
      if (error.details?.code !== "not_found") throw error;
      throw new Failure(`${of} has no environment ${environment} on the server`, {
        hint: `Make it with \`run8n apply --env ${environment}\`; \`run8n projects\` lists those there are.`,
        details: { code: "not_found" },
      });
    })) as Project;
  if (owner === of) return project;
  throw new Failure(`${project} is not an environment of ${of}`, {
    hint: "`run8n projects` shows whose it is; choose another name.",
    details: { code: "conflict" },
  });
}

/** The manifest to send, with what was asked for of a preview in the place of what it says itself. */
export function manifestFor(
  manifest: Manifest,
  environment: string,
  { copy, days }: { copy?: string; days?: string },
): Manifest {
  if (copy === undefined && days === undefined) return manifest;
  if (!isPreview(environment)) throw usage("--copy and --days are for previews", "Pass --preview BRANCH with them.");
  const { preview } = manifest.environments;
  const begins = copy === undefined ? preview.copy : COPIES.find((one) => one === copy);
  if (!begins) throw usage("--copy must be one of what a preview can begin with", `Pass ${COPIES.join(", ")}.`);
  const stays = days === undefined ? preview.days : Number(days);
  if (!(Number.isInteger(stays) && stays >= 1 && stays <= 90)) {
    throw usage("--days must be a whole number from 1 to 90", "Leave it out for what run8n.json says.");
  }
  return { ...manifest, environments: { ...manifest.environments, preview: { copy: begins, days: stays } } };
}
