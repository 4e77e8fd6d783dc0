import { InvalidInputError, OperationError } from "../errors.ts";
import { jobWorkspace } from "../windmill/workspace.ts";
import { clientOf } from "./address.ts";
import { type BodyFormat, bodyFormat, readBody } from "./body.ts";
import { type Caller, header, type Refusal, type RouteEvent } from "./event.ts";
import { originOf, type ProjectSettings, projectOf, projectSettings, unknownProject } from "./project.ts";

/** What a public route lets in. */
export type Route<Input extends object> = {
  /** As in the trigger: `apps/:project/waitlist/signups`. */
  path: `apps/:project/${string}`;
  maxBytes: number;
  accepts: readonly BodyFormat[];
  /** Turns the parsed body into the declared arguments, or throws InvalidInput; see `textFields`. */
  input: (body: Record<string, unknown>) => Input;
};

/** The arguments of the route's `main`, by name. With a refusal, project and input are empty. */
export type Admission<Input extends object> = {
  project: string;
  input: Partial<Input>;
  caller: Caller;
  refusal?: Refusal;
};

/**
 * The gate of every route that strangers reach, to be called by its preprocessor. What comes out has passed the closed
 * patterns of the route and a project that exists; what did not pass comes out as a refusal, for `answerRoute` to send
 * with its proper status. Never throws.
 */
export async function admit<Input extends object>(
  event: RouteEvent,
  route: Route<Input>,
  settingsOf: (project: string) => Promise<ProjectSettings | undefined> = (project) =>
    projectSettings(jobWorkspace(), project),
): Promise<Admission<Input>> {
  const caller: Caller = { client: "unknown", origin: "", wants: "json" };
  try {
    if (event.kind !== "http") {
      throw new InvalidInputError("This script answers an http route and nothing else", {
        hint: `Send the request to ${route.path} below the workspace's routes.`,
      });
    }
    const project = projectOf(event, route.path);
    const format = bodyFormat(event, route.accepts);
    caller.client = clientOf(header(event, "x-forwarded-for"));
    caller.wants = wanted(event, format);
    refuseQuery(event);
    const input = route.input(readBody(event, format, route.maxBytes));
    const settings = await settingsOf(project);
    if (!settings) throw unknownProject();
    caller.origin = originOf(event, settings);
    return { project, input, caller };
  } catch (error) {
    return { project: "", input: {}, caller, refusal: refusalOf(error) };
  }
}

function refuseQuery({ query }: RouteEvent): void {
  if (typeof query === "object" && query !== null && Object.keys(query).length === 0) return;
  if (query === undefined || query === null) return;
  throw new InvalidInputError("This route takes no query parameters", { hint: "Send everything in the body." });
}

/** A browser that submits a form names `text/html` first; a script's `fetch` does not. */
function wanted(event: RouteEvent, format: BodyFormat): Caller["wants"] {
  const [first = ""] = (header(event, "accept") ?? "").split(/[,;]/);
  return format === "form" && first.trim() === "text/html" ? "html" : "json";
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof OperationError && error.status < 500) {
    const { status, code, message, hint } = error;
    return { status, code, message, hint };
  }
  // Only the kind: the message of an unforeseen error may quote what came in.
  console.error(`gate: ${error instanceof OperationError ? error.code : error instanceof Error ? error.name : "?"}`);
  return {
    status: 500,
    code: "internal",
    message: "The server could not read this request",
    hint: "Try again; if it keeps failing, ask the operator to look at the job's log.",
  };
}
