const MARK = "WM_STREAM: ";

/** What a job has printed so far, taken apart: ordinary output, and the pieces of a result that is streamed. */
export type Output = { log: string; stream: string };

/**
 * Takes the lines out that begin with `WM_STREAM: `. A last line that is not finished yet is held back while the job
 * runs, because it may still turn out to be one.
 */
export function splitOutput(text: string, isComplete: boolean): Output {
  if (!text.includes(MARK.trimEnd())) return { log: text, stream: "" };
  const lines = text.split("\n");
  const unfinished = lines.pop() ?? "";
  const complete = isComplete && unfinished !== "" ? [...lines, unfinished] : lines;
  const pieces = complete.filter((line) => line.startsWith(MARK));
  const others = complete.filter((line) => !line.startsWith(MARK));
  return {
    log: others.map((line) => `${line}\n`).join(""),
    stream: pieces.map((line) => line.slice(MARK.length).replaceAll("\\n", "\n")).join(""),
  };
}

/** The result of a job that streamed: the whole stream when it returned nothing else, beside its own members otherwise. */
export function withStream(result: unknown, stream: string): unknown {
  if (stream === "") return result;
  if (result === null) return stream;
  if (typeof result === "object" && !Array.isArray(result)) return { ...result, wm_stream: stream };
  return result;
}
