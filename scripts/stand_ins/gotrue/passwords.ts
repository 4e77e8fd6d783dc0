import { Refusal, validationFailed } from "./refusal.ts";
import type { Settings } from "./settings.ts";

/** A password that may be set. Throws `weak_password` for one that is too short, as GoTrue does. */
export function newPassword({ passwordMinLength }: Settings, value: unknown): string {
  if (typeof value !== "string" || value === "") throw validationFailed("Signup requires a valid password", 422);
  if (value.length > 72) throw validationFailed("Password cannot be longer than 72 characters");
  if (value.length >= passwordMinLength) return value;
  throw new Refusal(422, "weak_password", `Password should be at least ${passwordMinLength} characters.`);
}
