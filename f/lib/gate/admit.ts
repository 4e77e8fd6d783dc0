import { InvalidInputError, OperationError } from "../errors.ts";
import { jobWorkspace } from "../windmill/workspace.ts";
import { clientOf } from "./address.ts";
import { type BodyFormat, bodyFormat, readBody, refuseBody } from "./body.ts";
import { type Caller, header, type Refusal, type RouteEvent } from "./event.ts";
import { originOf, type ProjectSettings, pathParameters, projectSettings, unknownProject } from "./project.ts";

/** What a public route lets in. */
export type Route<Input extends object, Who extends object = never> = {
  /** As in the trigger: `apps/:project/waitlist/signups`. Further `:names` are ids, handed to `input`. */
  path: `${"apps" | "projects"}/:project/${string}`;
  maxBytes: number;
  /** None for a route that takes no body, such as one that is read with GET. */
  accepts: readonly BodyFormat[];
  /** Turns the parsed body and the path's ids into the declared arguments, or throws InvalidInput; see `textFields`. */
  input: (body: Record<string, unknown>, parameters: Record<string, string>) => Input;
  /** Who may call: `signedIn()`, `user()` or `member("admin")` of `f/lib/gotrue/guard`. Without it, everyone. */
  who?: Guard<Who>;
};

/** Says who calls, or throws Unauthorized or Forbidden. It is asked last, when everything else is in order. */
export type Guard<Who extends object> = (request: GuardedRequest) => Promise<Who>;

export type GuardedRequest = {
  project: string;
  /** The header as it came, which may be a secret of ours that somebody named: to be verified, never to be shown. */
  authorization: string | undefined;
  /** What `input` made of body and path. */
  input: object;
};

/** The arguments of the route's `main`, by name. With a refusal, project and input are empty and `who` is missing. */
export type Admission<Input extends object, Who extends object = never> = {
  project: string;
  input: Partial<Input>;
  caller: Caller;
  who?: Who;
  refusal?: Refusal;
};

/**
 * The gate of every route that strangers reach, to be called by its preprocessor. What comes out has passed the closed
 * patterns of the route, a project that exists and the route's guard; what did not pass comes out as a refusal, for
 * `answerRoute` to send with its proper status. Never throws.
 */
export async function admit<Input extends object, Who extends object = never>(
  event: RouteEvent,
  route: Route<Input, Who>,
  settingsOf: (project: string) => Promise<ProjectSettings | undefined> = (project) =>
    projectSettings(jobWorkspace(), project),
): Promise<Admission<Input, Who>> {
  const caller: Caller = { client: "unknown", origin: "", wants: "json" };
  try {
    if (event.kind !== "http") {
      throw new InvalidInputError("This script answers an http route and nothing else", {
        hint: `Send the request to ${route.path} below the workspace's routes.`,
      });
    }
    const parameters = pathParameters(event, route.path);
    const { project } = parameters;
    const format = bodyFormat(event, route.accepts);
    caller.client = clientOf(header(event, "x-forwarded-for"));
    caller.wants = wanted(event, format);
    refuseQuery(event);
    const body = format ? readBody(event, format, route.maxBytes) : refuseBody(event);
    const input = route.input(body, parameters);
    const settings = await settingsOf(project);
    if (!settings) throw unknownProject();
    caller.origin = originOf(event, settings);
    if (!route.who) return { project, input, caller };
    const who = await route.who({ project, authorization: header(event, "authorization"), input });
    return { project, input, caller, who };
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
function wanted(event: RouteEvent, format: BodyFormat | undefined): Caller["wants"] {
  const [first = ""] = (header(event, "accept") ?? "").split(/[,;]/);
  return format === "form" && first.trim() === "text/html" ? "html" : "json";
}

export function refusalOf(error: unknown): Refusal {
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
