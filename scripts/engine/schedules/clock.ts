import { badRequest } from "../errors.ts";

/** What a clock on the wall shows, as if it were UTC: milliseconds that `Date.UTC` would give for it. */
export type Wall = number;

/** The clocks of one time zone. */
export type Clock = {
  wallAt(instant: number): Wall;
  /** The instants at which the clocks show this: none where they are put forward, two where they are put back. */
  instantsOf(wall: Wall): number[];
  /** The first instant after a gap in which the clocks never show this. */
  afterGap(wall: Wall): number;
};

const DAY_MS = 86_400_000;

/** Throws 400 for a zone that does not exist. */
export function clockOf(timezone: string): Clock {
  const format = formatter(timezone);
  const wallAt = (instant: number): Wall => {
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour % 24, minute, second);
  };
  const offsetAt = (instant: number) => wallAt(instant) - Math.floor(instant / 1000) * 1000;
  return {
    wallAt,
    instantsOf(wall) {
      const offsets = new Set([offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)]);
      const instants = [...offsets].map((offset) => wall - offset);
      return instants.filter((instant) => wallAt(instant) === wall).sort((a, b) => a - b);
    },
    afterGap(wall) {
      let [before, after] = [wall - DAY_MS, wall + DAY_MS];
      const offset = offsetAt(before);
      while (after - before > 1000) {
        const middle = Math.floor((before + after) / 2000) * 1000;
        if (offsetAt(middle) === offset) before = middle;
        else after = middle;
      }
      return after;
    },
  };
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw badRequest(`unknown time zone ${JSON.stringify(timeZone.slice(0, 60))}`);
  }
}
