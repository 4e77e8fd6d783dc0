/** When it ends: with its period, at once, or not after all. */
export const ENDINGS = ["period_end", "now", "never"] as const;
export type Ending = (typeof ENDINGS)[number];
