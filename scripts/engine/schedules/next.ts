import { type Clock, clockOf } from "./clock.ts";
import type { Cron } from "./cron.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Clocks change only at the quarters of an hour, so within one the time runs evenly. */
const QUARTER_MS = 15 * MINUTE_MS;
/** A 29 February that is also a given weekday may be this far away. */
const MAX_DAYS = 366 * 30;

/**
 * The next moment after another at which a schedule is due. When clocks are put forward, a fixed time that is left out
 * comes right after the gap; when they are put back, it comes once. `*` in the hours goes by real time.
 */
export function nextTime(cron: Cron, timezone: string, after: Date): Date | undefined {
  const clock = clockOf(timezone);
  const earliest = Math.floor(after.getTime() / 1000) * 1000 + 1000;
  const found = cron.anyHour ? byRealTime(cron, clock, earliest) : byTheClock(cron, clock, earliest);
  return found === undefined ? undefined : new Date(found);
}

function byRealTime(cron: Cron, clock: Clock, earliest: number): number | undefined {
  const end = earliest + MAX_DAYS * DAY_MS;
  for (let quarter = floor(earliest, QUARTER_MS); quarter < end; ) {
    const wall = clock.wallAt(quarter);
    const day = floor(wall, DAY_MS);
    if (!matchesDay(cron, day)) {
      quarter = Math.max(floor(quarter + day + DAY_MS - wall - 2 * 3_600_000, QUARTER_MS), quarter + QUARTER_MS);
      continue;
    }
    const moments = inQuarter(cron, wall - day).map((time) => quarter + day + time - wall);
    const found = moments.find((moment) => moment >= earliest);
    if (found !== undefined) return found;
    quarter += QUARTER_MS;
  }
  return undefined;
}

/** The times of day that match within a quarter of an hour, in milliseconds. */
function inQuarter({ hours, minutes, seconds }: Cron, quarter: number): number[] {
  const [hour, minute] = [Math.floor(quarter / 3_600_000), (quarter / MINUTE_MS) % 60];
  if (!hours.includes(hour)) return [];
  const matching = minutes.filter((one) => one >= minute && one < minute + 15);
  return matching.flatMap((one) => seconds.map((second) => ((hour * 60 + one) * 60 + second) * 1000));
}

function byTheClock(cron: Cron, clock: Clock, earliest: number): number | undefined {
  // Where clocks are put back, a time of day that we have just seen may lie before one that is still to come.
  const from = clock.wallAt(earliest) - 2 * 3_600_000;
  const first = floor(from, DAY_MS);
  for (let day = first; day < first + MAX_DAYS * DAY_MS; day += DAY_MS) {
    if (!matchesDay(cron, day)) continue;
    for (const hour of cron.hours)
      for (const minute of cron.minutes)
        for (const second of cron.seconds) {
          const wall = day + ((hour * 60 + minute) * 60 + second) * 1000;
          if (wall < from) continue;
          const moment = clock.instantsOf(wall)[0] ?? clock.afterGap(wall);
          if (moment >= earliest) return moment;
        }
  }
  return undefined;
}

function matchesDay(cron: Cron, wall: number): boolean {
  const date = new Date(wall);
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const isLast = new Date(wall + DAY_MS).getUTCDate() === 1;
  const day = cron.days.has(date.getUTCDate()) || (cron.lastDay && isLast);
  const weekday = cron.weekdays.has(date.getUTCDay());
  return cron.eitherDay ? day || weekday : day && weekday;
}

const floor = (value: number, step: number) => Math.floor(value / step) * step;
