import { toFailure } from "../failure.ts";

export type Check = { name: string; ok: boolean; detail: string };
export type UrlCheck = { name: string; url: string; status: number; ok: boolean };

/** Does something that must hold and says what was seen; an error is a check that failed, not the end. */
export async function check(name: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    return { name, ok: false, detail: toFailure(error).message };
  }
}

/** Fails the check that it stands in. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
