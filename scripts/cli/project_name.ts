import { resolve } from "node:path";
import { environmentProject, projectName } from "../../f/lib/names.ts";
import { type Failure, toFailure, usage } from "./failure.ts";
import { type Environment, environmentOf, projectOf } from "./site/environment.ts";
import { readManifest } from "./site/manifest.ts";
import type { Windmill } from "./windmill.ts";

/** A project's name as it was typed; one that cannot be one is a usage error. */
export function projectArgument(given: string): string {
  try {
    return projectName(given);
  } catch (error) {
    const { message, hint } = toFailure(error);
    throw usage(message, hint);
  }
}

/** What a command that ends or brings back something was told to do it to. */
export type Named = { of: string; environment: string };

/**
 * Which project and environment that is. It must be said: only with an environment the name may be left out, and is that
 * of the run8n.json here.
 */
export function projectGiven(command: string, given: string | undefined, values: Environment): Named {
  const { env, branch, preview } = values;
  if (given === undefined && (env ?? branch ?? preview) === undefined) {
    const see = `See: run8n ${command} --help`;
    throw usage(`run8n ${command} needs a project, or with --env or --preview the folder of one`, see);
  }
  const of = given === undefined ? readManifest(resolve(".")).name : projectArgument(given);
  return { of, environment: environmentOf(of, values) };
}

/** Its name on record; also of what is not there any more. */
export async function projectNamed(windmill: Windmill, { of, environment }: Named): Promise<string> {
  return projectOf(windmill, of, environment).catch((error: Failure) => {
    if (error.details?.code !== "not_found") throw error;
    return environmentProject(of, environment);
  });
}
