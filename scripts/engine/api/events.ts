import type { Job } from "../jobs/job.ts";
import { isNews, type Known, lastUpdate, updateOf } from "../jobs/updates.ts";
import type { Call } from "../router.ts";

/** How often a followed job is looked at; its end is noticed at once. */
const LOOK_MS = 50;
const PING_MS = 5_000;
/** After this long the caller has to ask again. */
const LIMIT_MS = 60_000;

/** What the caller says it has seen already. */
export const knownOf = (query: URLSearchParams): Known => ({
  running: query.get("running") === "true",
  logOffset: Number(query.get("log_offset")) || 0,
  streamOffset: Number(query.get("stream_offset")) || 0,
});

/**
 * Follows a job as server-sent events, each a JSON object with a `type`: `update` with what is new, `ping` in between,
 * `timeout` when it takes long, `notfound` when it is gone. The last update has the whole job, or only its result.
 */
export function followed(
  { engine, request, query }: Pick<Call, "engine" | "request" | "query">,
  { id }: Job,
  known: Known,
  onlyResult = query.get("only_result") === "true",
): Response {
  const options = {
    noLogs: onlyResult || query.get("no_logs") === "true",
    getProgress: query.get("get_progress") === "true",
  };
  async function* events(): AsyncGenerator<string> {
    const began = Date.now();
    let said = began;
    let seen = known;
    while (!request.signal.aborted) {
      const job = engine.jobs.find(id);
      if (!job) return yield event({ type: "notfound" });
      const update = updateOf(engine, job, seen, options);
      if (isNews(update)) {
        yield event({ type: "update", ...update, ...(job.completedAt ? lastUpdate(engine, job, onlyResult) : {}) });
        said = Date.now();
        seen = {
          running: seen.running || update.running === true,
          logOffset: update.log_offset ?? seen.logOffset,
          streamOffset: update.stream_offset ?? seen.streamOffset,
          streamJob: update.flow_stream_job_id ?? seen.streamJob,
          progress: update.progress ?? seen.progress,
        } as Known;
      }
      if (job.completedAt) return;
      if (Date.now() - began > LIMIT_MS) return yield event({ type: "timeout" });
      if (Date.now() - said > PING_MS) {
        yield event({ type: "ping" });
        said = Date.now();
      }
      await engine.queue.endedWithin(id, LOOK_MS);
    }
  }
  const headers = { "content-type": "text/event-stream", "cache-control": "no-cache" };
  return new Response(streamOf(events()), { headers });
}

function streamOf(texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void texts.return(undefined),
  });
}

const event = (data: Record<string, unknown>) => `data: ${JSON.stringify(data)}\n\n`;
