/** How often a plan may be paid. */
export const INTERVALS = ["month", "year"] as const;
export type Interval = (typeof INTERVALS)[number];
