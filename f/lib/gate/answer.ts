import { OperationError, UpstreamError } from "../errors.ts";
import { type Answer, type Problem, respond } from "../respond.ts";
import type { Caller, Refusal } from "./event.ts";

/**
 * Where a browser without a script is sent back to: `/?<name>=<outcome>#<name>-<outcome>`. The page shows the notice
 * with that id by `:target`, or reads the query.
 */
export type BackTo = { path: string; name: string; outcomes: Record<number, string> };

export type RouteCall = { caller: Caller; refusal?: Refusal | null; backTo?: BackTo };

/**
 * Answers a call that came through the gate: a refusal with its own status, else what the work returns; the project's
 * own pages may read it. What is wrong behind the route (an address, a missing table) stays in the job's log.
 */
export async function answerRoute<T>(
  { caller, refusal, backTo }: RouteCall,
  work: () => Promise<T>,
): Promise<Answer<T | Problem | string>> {
  const answer = await respond(() => (refusal ? Promise.reject(refused(refusal)) : withholding(work)), {
    headers: {
      "cache-control": "no-store",
      vary: "Origin",
      ...(caller.origin ? { "access-control-allow-origin": caller.origin } : {}),
    },
  });
  const outcome = backTo?.outcomes[answer.windmill_status_code];
  if (!backTo || outcome === undefined || caller.wants !== "html") return answer;
  const location = `${caller.origin}${backTo.path}?${backTo.name}=${outcome}#${backTo.name}-${outcome}`;
  return {
    windmill_status_code: 303,
    windmill_headers: { ...answer.windmill_headers, location },
    windmill_content_type: "text/html; charset=utf-8",
    result: `<!doctype html><title>Back to the page</title><a href="${location}">Back to the page</a>\n`,
  };
}

function refused({ status, code, message, hint }: Refusal): OperationError {
  return new OperationError(message, status, code as OperationError["code"], { hint });
}

async function withholding<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperationError) || (error.status < 500 && error.status !== 412)) throw error;
    console.error(`${error.code}: ${error.message}`);
    throw new UpstreamError("A service behind this route did not answer as it should", {
      hint: "Try again in a minute; if it keeps failing, ask the operator to look at the job's log.",
      retryable: true,
    });
  }
}
