import { projectName } from "../../f/lib/names.ts";
import { toFailure, usage } from "./failure.ts";

/** A project's name as it was typed; one that cannot be one is a usage error. */
export function projectArgument(given: string): string {
  try {
    return projectName(given);
  } catch (error) {
    const { message, hint } = toFailure(error);
    throw usage(message, hint);
  }
}
