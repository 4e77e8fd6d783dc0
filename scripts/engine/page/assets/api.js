/** @import { Api, Update } from "../shapes.ts" */

/** The engine's answer to a call it refused; `message` is its own text. */
export class ApiFailure extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const RETRY_MS = 1000;

/**
 * The API with a token, within the engine's one workspace. Throws ApiFailure when the token is refused.
 * @param {string} token
 * @param {() => void} onRefused called when the token stops being accepted later on
 * @returns {Promise<Api>}
 */
export async function connect(token, onRefused) {
  const authorization = `Bearer ${token}`;
  /** @param {string} path @param {RequestInit} [init] */
  const call = async (path, init = {}) => {
    const headers = { authorization, ...(init.body ? { "content-type": "application/json" } : {}) };
    const answer = await fetch(path, { ...init, headers, credentials: "omit", cache: "no-store" });
    if (!answer.ok)
      throw new ApiFailure(answer.status, (await answer.text()) || `the engine answered ${answer.status}`);
    return answer;
  };
  const [workspace] = await (await call("/api/workspaces/list")).json();
  const base = `/api/w/${encodeURIComponent(workspace.id)}`;
  /** @param {string} path @param {RequestInit} [init] */
  const inWorkspace = (path, init) =>
    call(base + path, init).catch((error) => {
      if (error.status === 401) onRefused();
      throw error;
    });
  return {
    workspace: workspace.id,
    get: async (path, signal) => (await inWorkspace(path, signal ? { signal } : {})).json(),
    post: async (path, body) => (await inWorkspace(path, { method: "POST", body: JSON.stringify(body) })).text(),
    follow: (id, onUpdate, signal) => follow(inWorkspace, id, onUpdate, signal),
  };
}

/**
 * Follows a job to its end, over as many streams as that takes; an engine that restarts is waited for.
 * @param {(path: string, init?: RequestInit) => Promise<Response>} call
 * @param {string} id @param {(update: Update) => void} onUpdate @param {AbortSignal} signal
 */
async function follow(call, id, onUpdate, signal) {
  const known = { log_offset: 0, stream_offset: 0, running: false };
  for (let done = false; !done && !signal.aborted; ) {
    const query = new URLSearchParams({ ...toTexts(known), get_progress: "true" });
    try {
      const { body } = await call(`/jobs_u/getupdate_sse/${id}?${query}`, { signal });
      for await (const update of events(/** @type {ReadableStream<Uint8Array>} */ (body))) {
        known.log_offset = update.log_offset ?? known.log_offset;
        known.stream_offset = update.stream_offset ?? known.stream_offset;
        known.running ||= update.running === true;
        done ||= update.completed === true || update.type === "notfound";
        onUpdate(update);
      }
    } catch (error) {
      if (signal.aborted || (error instanceof ApiFailure && error.status < 500)) return;
      await pause(RETRY_MS, signal);
    }
  }
}

/** @param {Record<string, unknown>} values */
const toTexts = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** The `data:` events of a stream. @param {ReadableStream<Uint8Array>} body @returns {AsyncGenerator<Update>} */
async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const whole = rest.split("\n\n");
    rest = whole.pop() ?? "";
    for (const event of whole) if (event.startsWith("data: ")) yield JSON.parse(event.slice("data: ".length));
  }
}

/** Resolves after a while, or as soon as the view is left. @param {number} ms @param {AbortSignal} signal */
export function pause(ms, signal) {
  return new Promise((done) => {
    setTimeout(done, ms);
    signal.addEventListener("abort", () => done(undefined), { once: true });
  });
}

/**
 * Does something now and then again and again while the view is open and seen, until it answers true.
 * @param {number} ms @param {AbortSignal} signal @param {() => Promise<unknown>} work
 */
export async function repeat(ms, signal, work) {
  while (!signal.aborted) {
    if (!document.hidden && (await work().catch((error) => stopOn(error, signal))) === true) return;
    await pause(ms, signal);
  }
}

/** An engine that is away comes back; an answer that says no stays. @param {unknown} error @param {AbortSignal} signal */
function stopOn(error, signal) {
  if (signal.aborted) return true;
  if (error instanceof ApiFailure || !(error instanceof TypeError)) throw error;
  return false;
}
