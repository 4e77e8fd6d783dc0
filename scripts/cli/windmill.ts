import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import { Failure } from "./failure.ts";
import { inOwnWords } from "./own_words.ts";

/** An answer of Windmill's API that was not a success. */
export class ApiFailure extends Failure {
  readonly status: number;
  constructor(status: number, what: string, text: string) {
    const said = text.replace(/\s*\(\w+\.rs:\d+\)/g, "").slice(0, 500);
    const hints: Record<number, string> = {
      401: "Check the token: it is unknown, or has expired.",
      403: "Use a token whose owner may do this, or ask an administrator of the workspace.",
      404: "Check the path and the workspace; `run8n push` deploys what this checkout holds.",
    };
    super(`Windmill answered ${status} to ${what}: ${said}`, {
      hint: hints[status] ?? "Look at Windmill's own log.",
      details: { status },
    });
    this.status = status;
  }
}

export type Windmill = ReturnType<typeof openWindmill>;

/** The part of Windmill's HTTP API that the command line uses. */
export function openWindmill(connection: Connection) {
  const base = `${connection.url}/api/w/${connection.workspace}`;

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const what = `${init.method ?? "GET"} ${path.split("?")[0]}`;
    const headers = { authorization: `Bearer ${connection.token}`, ...init.headers };
    try {
      return await fetch(path.startsWith("/api/") ? connection.url + path : `${base}/${path}`, { ...init, headers });
    } catch (cause) {
      throw new Failure(`Windmill at ${connection.url} does not answer (${what})`, {
        hint: "Check the address; for the local stack: `run8n status`, then `run8n up`.",
        details: { cause: cause instanceof Error ? cause.message : String(cause) },
      });
    }
  }

  async function checked(path: string, init?: RequestInit): Promise<Response> {
    const response = await request(path, init);
    if (response.ok) return response;
    throw new ApiFailure(response.status, `${init?.method ?? "GET"} ${path.split("?")[0]}`, await response.text());
  }

  const post = (path: string, body: unknown) =>
    checked(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

  /** The JSON at a path, or nothing where there is nothing. */
  async function find<T>(path: string): Promise<T | undefined> {
    const response = await request(path);
    if (response.status === 404) return undefined;
    if (!response.ok) throw new ApiFailure(response.status, `GET ${path}`, await response.text());
    return (await response.json()) as T;
  }

  /** How far the step is that a flow is at, as the step tells it; null when it does not. */
  const progressOf = async ({ flow_status }: Job) => {
    const step = flow_status?.modules?.find(({ type }) => type === "InProgress")?.job;
    return step ? ((await find<number | null>(`job_metrics/get_progress/${step}`)) ?? null) : null;
  };
  return {
    ...connection,
    find,
    post,
    remove: (path: string) => checked(path, { method: "DELETE" }),
    text: async (path: string) => (await checked(path)).text(),
    bytes: async (path: string) => new Uint8Array(await (await checked(path)).arrayBuffer()),
    /** Uploads a body to a script and waits: its result, or the error it threw. */
    async upload(
      path: string,
      query: Record<string, string>,
      type: string,
      body: Uint8Array<ArrayBuffer>,
    ): Promise<unknown> {
      const names = Object.keys(query).join(",");
      const search = new URLSearchParams({ ...query, include_query: names });
      const response = await request(`jobs/run_wait_result/p/${path}?${search}`, {
        method: "POST",
        body,
        headers: { "content-type": type },
      });
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
      throw jobFailure(path, parsed(text)) ?? new ApiFailure(response.status, path, text);
    },
    /** Runs a script in one request, for one whose result is deleted as soon as it has been answered. */
    async runOnce(path: string, args: Record<string, unknown>): Promise<unknown> {
      const response = await request(`jobs/run_wait_result/p/${path}`, {
        method: "POST",
        body: JSON.stringify(args),
        headers: { "content-type": "application/json" },
      });
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
      throw jobFailure(path, parsed(text)) ?? new ApiFailure(response.status, path, text);
    },
    /** Runs a script or flow and returns its result, or throws what it threw; `onPoll` hears now and then how far it is. */
    async run(
      kind: Kind,
      path: string,
      args: Record<string, unknown>,
      onPoll?: (percent: number | null) => void,
    ): Promise<unknown> {
      const id = await (await post(`jobs/run/${kind === "flow" ? "f" : "p"}/${path}`, args)).text();
      for (let wait = 20; ; wait = Math.min(wait * 1.5, 500)) {
        const job = await find<Job>(`jobs_u/get/${id}`);
        if (job && onPoll) onPoll(await progressOf(job));
        if (job?.type === "CompletedJob" && job.success) return job.result;
        if (job?.type === "CompletedJob") throw jobFailure(path, job.result) ?? silentFailure(path, id);
        await sleep(wait);
      }
    },
  };
}

const silentFailure = (path: string, id: string) =>
  new Failure(`${path} failed`, { hint: `Look at the log of job ${id} in Windmill.`, details: { job: id } });

export type Kind = "script" | "flow";

export type Job = {
  type: "QueuedJob" | "CompletedJob";
  success?: boolean;
  result?: unknown;
  flow_status?: { modules?: { type: string; job?: string }[] };
};

/** The failure that a job's result tells of, in the words of the error it threw; nothing when it tells of none. */
export function jobFailure(path: string, result: unknown): Failure | undefined {
  const { error } = (typeof result === "object" && result !== null ? result : {}) as { error?: JobError };
  if (typeof error !== "object" || error === null) return undefined;
  const extra = { ...error.extra, ...error };
  const typed = typeof extra.hint === "string";
  const place = `${path}${error.step_id ? `, step ${error.step_id}` : ""}`;
  const said = error.message ?? error.name ?? "failed";
  // Where an error nobody foresaw came from is all that helps; one that was worded for callers says what it is about.
  return new Failure(typed ? said : `${place}: ${said}`, {
    hint: typed ? inOwnWords(extra.hint as string) : "Look at the job in Windmill: its log says more.",
    details: {
      ...(extra.code ? { code: extra.code } : {}),
      ...(extra.details ? { details: extra.details } : {}),
      at: place,
    },
  });
}

type JobError = {
  name?: string;
  message?: string;
  step_id?: string;
  extra?: Record<string, unknown>;
  hint?: unknown;
  code?: unknown;
  details?: unknown;
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
