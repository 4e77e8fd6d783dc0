import type { Style } from "./style.ts";

export type Progress = {
  /** Does the work, shows that it is under way, then how it went and how long it took. */
  step<T>(
    label: string,
    work: (update: (detail: string) => void) => Promise<T>,
    detail?: (result: T) => string,
  ): Promise<T>;
  /** A line above whatever is under way. */
  print(text: string): void;
};

type Stream = { isTTY?: boolean; columns?: number; write(text: string): unknown };
type Running = { label: string; detail: string; started: number };

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const REMIND_MS = 5000;
const LABEL_WIDTH = 12;
const DETAIL_WIDTH = 44;

/**
 * On a terminal the last line shows the steps under way; elsewhere, such as in CI, a step that takes long is
 * mentioned every five seconds.
 */
export function createProgress(stream: Stream, style: Style): Progress {
  const running = new Set<Running>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let frame = 0;

  const clear = () => void (stream.isTTY && stream.write("\r\x1b[2K"));
  const draw = () => {
    if (!stream.isTTY || running.size === 0) return;
    const names = [...running].map(({ label, detail }) => (detail ? `${label}: ${detail}` : label)).join(", ");
    const since = Math.min(...[...running].map(({ started }) => started));
    const line = `${names} … ${seconds(since)}`.slice(0, (stream.columns ?? 80) - 6);
    stream.write(`\r\x1b[2K  ${style.cyan(FRAMES[frame % FRAMES.length] ?? "")} ${line}`);
  };
  const tick = () => {
    frame++;
    draw();
    if (!stream.isTTY)
      for (const { label, detail, started } of running) stream.write(line("…", label, detail, started));
  };
  const line = (mark: string, label: string, detail: string, started: number) =>
    `  ${mark} ${label.padEnd(LABEL_WIDTH)} ${detail.padEnd(DETAIL_WIDTH)} ${style.dim(seconds(started))}\n`;
  const print = (text: string) => {
    clear();
    stream.write(`${text}\n`);
    draw();
  };

  return {
    print,
    async step(label, work, detail) {
      const mine: Running = { label, detail: "", started: Date.now() };
      running.add(mine);
      timer ??= setInterval(tick, stream.isTTY ? FRAME_MS : REMIND_MS);
      const finish = (mark: string, text: string) => {
        running.delete(mine);
        if (running.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        clear();
        stream.write(line(mark, label, text, mine.started));
        draw();
      };
      try {
        const result = await work((text) => {
          mine.detail = text;
          draw();
        });
        finish(style.green("✓"), detail?.(result) ?? "");
        return result;
      } catch (error) {
        finish(style.red("✗"), "");
        throw error;
      }
    },
  };
}

export const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;
