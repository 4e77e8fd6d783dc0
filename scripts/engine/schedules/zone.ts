/** Times of day as a clock on the wall of some time zone shows them: a `Date` whose UTC fields are what the clock says. */
export type WallTime = Date;

/** How a time of day that does not exist, because the clocks went forward, becomes a moment. */
export type InGap = "end of gap" | "none";

const HOUR = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a name of the IANA database in its own spelling, such as `Europe/Paris`; an offset is no time zone. */
export function isZone(name: string): boolean {
  if (!/^[A-Z][\w+-]*(?:\/[A-Z][\w+-]*)*$/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

/** What clocks in the zone show at a moment, to the second. */
export function wallTimeAt(moment: Date, zone: string): WallTime {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/**
 * The moment at which clocks in the zone show this time. When they show it twice, because they went back, the first of
 * the two; when they skip it, the moment at which they go forward, or undefined when that is not wanted.
 */
export function momentOf(wall: WallTime, zone: string, inGap: InGap): Date | undefined {
  const before = offsetAt(wall.getTime() - 24 * HOUR, zone);
  const after = offsetAt(wall.getTime() + 24 * HOUR, zone);
  const [first, second] = [before, after].map((offset) => wall.getTime() - offset).sort((a, b) => a - b) as [
    number,
    number,
  ];
  for (const moment of [first, second]) if (moment + offsetAt(moment, zone) === wall.getTime()) return new Date(moment);
  return inGap === "none" ? undefined : new Date(changeBetween(first, second, zone));
}

/** The moment at which the zone's clocks change, between two moments before and after it. */
function changeBetween(from: number, to: number, zone: string): number {
  const offset = offsetAt(from, zone);
  let [low, high] = [from, to];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(middle, zone) === offset) low = middle;
    else high = middle;
  }
  return high;
}

const offsetAt = (moment: number, zone: string) =>
  wallTimeAt(new Date(moment), zone).getTime() - Math.floor(moment / 1000) * 1000;

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}
