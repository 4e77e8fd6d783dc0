import { createProgress, type Progress } from "./progress.ts";
import { paint, type Style } from "./style.ts";

/** Where a command speaks: its answer on standard output, everything on the way there on standard error. */
export type Terminal = Progress & {
  json: boolean;
  note(text: string): void;
  /** The answer: text for people, one JSON document for programs. */
  answer(text: string, document: unknown): Promise<void>;
  style: Style;
};

export type TerminalOptions = { json: boolean; env: Record<string, string | undefined> };

export function openTerminal({ json, env }: TerminalOptions): Terminal {
  const { stdout, stderr } = process;
  const progress = createProgress(stderr, paint(stderr, env));
  return {
    ...progress,
    json,
    note: (text) => progress.print(text),
    answer: (text, document) => write(stdout, json ? JSON.stringify(document, null, 2) : text),
    style: paint(stdout, env),
  };
}

/** Waits until it is out: the process ends right after, and a pipe takes its time. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text === "" ? "" : `${text}\n`, () => resolve()));
}
