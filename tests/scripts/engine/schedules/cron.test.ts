import { describe, expect, it } from "vitest";
import { type CronVersion, checkCadence, next, upcoming } from "../../../../scripts/engine/schedules/cron.ts";

/** The times after a moment, as UTC without milliseconds. */
const times = (expression: string, zone: string, after: string, count: number, version: CronVersion = "v2") =>
  upcoming({ expression, zone, version }, new Date(after), count).map((time) => time.toISOString().slice(0, 19));

describe("a cron expression comes true", () => {
  it.each([
    ["every second", "* * * * * *", "2026-01-01T00:00:00.500Z", ["2026-01-01T00:00:01", "2026-01-01T00:00:02"]],
    ["every five minutes", "0 */5 * * * *", "2026-01-01T00:02:00Z", ["2026-01-01T00:05:00", "2026-01-01T00:10:00"]],
    [
      "never at the moment itself",
      "0 0 * * * *",
      "2026-01-01T01:00:00Z",
      ["2026-01-01T02:00:00", "2026-01-01T03:00:00"],
    ],
    ["at a time of day", "30 15 9 * * *", "2026-01-01T10:00:00Z", ["2026-01-02T09:15:30", "2026-01-03T09:15:30"]],
    ["on weekdays", "0 0 9 * * 1-5", "2026-01-02T10:00:00Z", ["2026-01-05T09:00:00", "2026-01-06T09:00:00"]],
    ["on days by name", "0 0 0 * feb sat,SUN", "2026-01-15T00:00:00Z", ["2026-02-01T00:00:00", "2026-02-07T00:00:00"]],
    ["on Sunday as 0", "0 0 0 * * 0", "2026-01-01T00:00:00Z", ["2026-01-04T00:00:00", "2026-01-11T00:00:00"]],
    ["on Sunday as 7", "0 0 0 * * 7", "2026-01-01T00:00:00Z", ["2026-01-04T00:00:00", "2026-01-11T00:00:00"]],
    [
      "on the day or the weekday",
      "0 0 0 13 * 5",
      "2026-02-07T00:00:00Z",
      ["2026-02-13T00:00:00", "2026-02-20T00:00:00"],
    ],
    ["on the month's last day", "0 0 0 L * *", "2026-02-01T00:00:00Z", ["2026-02-28T00:00:00", "2026-03-31T00:00:00"]],
    ["on a second Monday", "0 0 0 * * MON#2", "2026-03-01T00:00:00Z", ["2026-03-09T00:00:00", "2026-04-13T00:00:00"]],
    ["on leap days", "0 0 0 29 2 *", "2026-03-01T00:00:00Z", ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]],
  ])("%s: %s", (_, expression, after, expected) => {
    expect(times(expression, "UTC", after, 2)).toEqual(expected);
  });

  it.each([
    ["Asia/Tokyo", "2026-01-02T00:00:00"],
    ["America/New_York", "2026-01-01T14:00:00"],
    ["Asia/Kathmandu", "2026-01-01T03:15:00"],
    ["Pacific/Kiritimati", "2026-01-01T19:00:00"],
    ["Etc/GMT+5", "2026-01-01T14:00:00"],
  ])("at nine in %s", (zone, expected) => {
    expect(times("0 0 9 * * *", zone, "2026-01-01T02:00:00Z", 1)).toEqual([expected]);
  });
});

/** Paris: 02:00 becomes 03:00 on 29 March 2026, 03:00 becomes 02:00 on 25 October; New York on 8 March and 1 November. */
describe("when clocks go forward", () => {
  it.each([
    [
      "a time that is skipped comes at the change",
      "0 30 2 * * *",
      "Europe/Paris",
      "2026-03-28T12:00:00Z",
      ["2026-03-29T01:00:00", "2026-03-30T00:30:00"],
    ],
    [
      "times that are skipped come once",
      "0 */30 2 * * *",
      "America/New_York",
      "2026-03-08T05:30:00Z",
      ["2026-03-08T07:00:00", "2026-03-09T06:00:00"],
    ],
    [
      "every hour stays every hour",
      "0 0 * * * *",
      "Europe/Paris",
      "2026-03-29T00:00:00Z",
      ["2026-03-29T01:00:00", "2026-03-29T02:00:00"],
    ],
    [
      "half an hour can be skipped",
      "0 10 2 * * *",
      "Australia/Lord_Howe",
      "2026-10-03T00:00:00Z",
      ["2026-10-03T15:30:00", "2026-10-04T15:10:00"],
    ],
    [
      "midnight can be skipped",
      "0 0 0 * * *",
      "Africa/Cairo",
      "2026-04-23T12:00:00Z",
      ["2026-04-23T22:00:00", "2026-04-24T21:00:00"],
    ],
  ])("%s", (_, expression, zone, after, expected) => {
    expect(times(expression, zone, after, 2)).toEqual(expected);
  });

  it("a time that is skipped is left out with v1", () => {
    expect(times("0 30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 1, "v1")).toEqual(["2026-03-30T00:30:00"]);
  });
});

describe("when clocks go back", () => {
  it.each([
    [
      "a time that is doubled comes at its first",
      "0 30 2 * * *",
      "Europe/Paris",
      "2026-10-24T12:00:00Z",
      ["2026-10-25T00:30:00", "2026-10-26T01:30:00"],
    ],
    [
      "the second time of an hour is left out",
      "0 30 * * * *",
      "Europe/Paris",
      "2026-10-25T00:00:00Z",
      ["2026-10-25T00:30:00", "2026-10-25T02:30:00"],
    ],
    [
      "also from within it",
      "0 */30 * * * *",
      "America/New_York",
      "2026-11-01T06:10:00Z",
      ["2026-11-01T07:00:00", "2026-11-01T07:30:00"],
    ],
  ])("%s", (_, expression, zone, after, expected) => {
    expect(times(expression, zone, after, 2)).toEqual(expected);
  });
});

it("goes forward from any moment, all through a year of clock changes", () => {
  for (const zone of ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"])
    for (let moment = Date.UTC(2026, 0, 1); moment < Date.UTC(2027, 0, 1); moment += 7_777_777) {
      const found = next({ expression: "0 */15 * * * *", version: "v2", zone }, new Date(moment));
      const minutes = ((found?.getTime() ?? 0) - moment) / 60_000;
      expect(minutes > 0 && minutes <= 75, `${zone} ${new Date(moment).toISOString()}`).toBe(true);
    }
});

describe("version 1", () => {
  it.each([
    ["counts weekdays from Sunday as 1", "0 0 0 * * 1", ["2026-03-01T00:00:00", "2026-03-08T00:00:00"]],
    ["wants both the day and the weekday", "0 0 0 13 * FRI", ["2026-03-13T00:00:00", "2026-11-13T00:00:00"]],
    ["may name the year", "0 0 0 1 1 * 2027", ["2027-01-01T00:00:00"]],
  ])("%s", (_, expression, expected) => {
    expect(times(expression, "UTC", "2026-02-25T00:00:00Z", 2, "v1")).toEqual(expected);
  });
});

describe("an expression is refused", () => {
  const check = (expression: string, version: CronVersion = "v2", zone = "UTC") => {
    checkCadence({ expression, version, zone });
  };
  it.each([
    "",
    "* * * * *",
    "* * * * * * *",
    "60 * * * * *",
    "* * 24 * * *",
    "* * * 32 * *",
    "* * * * 13 *",
    "* * * * * 8",
    "a * * * * *",
    "*/0 * * * * *",
    "5-1 * * * * *",
    "1-2-3 * * * * *",
    "@reboot",
    "-1 * * * * *",
    "$var:f/x/y",
  ])("%j", (expression) => {
    expect(() => check(expression)).toThrow(/^Bad request: cron: /);
  });

  it.each(["0 0 0 L * *", "0 0 0 * * 0", "0 0 0 * * 1#2", "0 0 12 * *"])("%j by version 1", (expression) => {
    expect(() => check(expression, "v1")).toThrow(/^Bad request: cron: /);
  });

  it("when it lacks seconds, with the expression that was meant", () => {
    expect(() => check("*/5 2 * * *")).toThrow("e.g. '0 */5 2 * * *'");
  });

  it("when it never comes true", () => {
    expect(() => check("0 0 0 30 2 *")).toThrow("find_next_occurrence");
  });

  it.each(["", "Mars/Olympus", "europe/paris", "+01:00", "Europe/Paris ", "CET; DROP"])("in the zone %j", (zone) => {
    expect(() => check("* * * * * *", "v2", zone)).toThrow("Bad request: failed to parse timezone");
  });
});
