import type { Database } from "bun:sqlite";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { type Output, splitOutput } from "../jobs/result_stream.ts";

/** Windmill keeps at most this much of a job's output. */
export const MAX_LOG_BYTES = 2_000_000;

/** How long the stream of a finished job can still be read by somebody who follows it. */
const STREAM_KEPT_MS = 60_000;

/**
 * What jobs print. A running job writes into a file of its own, which costs the engine nothing; when the job ends the
 * text moves into the database.
 */
export type Logs = {
  append(id: string, text: string): void;
  /** The log so far, with what a running job has written to its file. */
  read(id: string): string;
  /** What a job has streamed of its result; the stream of one that has ended is kept for a minute. */
  stream(id: string): string;
  /** From now on the job writes into this file. */
  follow(id: string, file: string): void;
  /** Moves the file's text into the database. */
  keep(id: string): void;
  replace(id: string, text: string): void;
};

export function openLogs(db: Database): Logs {
  const files = new Map<string, string>();
  const streams = new Map<string, string>();
  const stored = (id: string) =>
    db.query<{ text: string }, [string]>("select text from log where job = ?").get(id)?.text ?? "";
  const append = (id: string, text: string) => {
    if (text === "") return;
    db.query("insert into log values (?, ?) on conflict do update set text = text || excluded.text").run(id, text);
  };
  const written = (id: string, isComplete = false): Output => {
    const file = files.get(id);
    return file ? splitOutput(beginningOf(file), isComplete) : { log: "", stream: "" };
  };
  return {
    append,
    read: (id) => stored(id) + written(id).log,
    stream: (id) => streams.get(id) ?? written(id).stream,
    follow: (id, file) => void files.set(id, file),
    keep(id) {
      const { log, stream } = written(id, true);
      append(id, log);
      files.delete(id);
      if (stream === "") return;
      streams.set(id, stream);
      setTimeout(() => streams.delete(id), STREAM_KEPT_MS).unref();
    },
    replace: (id, text) => void db.query("insert or replace into log values (?, ?)").run(id, text),
  };
}

function beginningOf(file: string): string {
  if (!existsSync(file)) return "";
  const fd = openSync(file, "r");
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, MAX_LOG_BYTES));
    readSync(fd, bytes, 0, bytes.length, 0);
    const text = bytes.toString("utf8");
    return size > MAX_LOG_BYTES
      ? `${text}\n--- the log was cut here: it is longer than ${MAX_LOG_BYTES} bytes ---\n`
      : text;
  } finally {
    closeSync(fd);
  }
}
