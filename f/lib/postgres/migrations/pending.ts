import { createHash } from "node:crypto";
import { ConflictError, PreconditionError } from "../../errors.ts";
import type { Recorded } from "./record.ts";
import { isChecksumOf, type Script } from "./script.ts";

export type Pending = { applied: string[]; pending: Script[]; planHash: string };

/**
 * What of the sent migrations is still to be applied to a schema with this record. Throws Conflict when an applied one
 * was changed, is missing or would follow one that comes before it; Precondition when Prisma left one half-way.
 */
export function pendingOf(scripts: Script[], recorded: Recorded[]): Pending {
  const applied = recorded.filter(({ state }) => state === "applied");
  const sent = new Map(scripts.map((script) => [script.name, script]));
  refuse(
    applied.filter(({ name }) => !sent.has(name)),
    "were applied and are missing from what was sent",
    "Send every folder of prisma/migrations; bring a deleted one back from version control.",
  );
  refuse(
    applied.filter(({ name, checksum }) => !isChecksumOf(checksum, sent.get(name)!)),
    "were changed after they had been applied",
    "Restore the file as it was and put the change into a new migration.",
  );
  const names = new Set(applied.map(({ name }) => name));
  const pending = scripts.filter(({ name }) => !names.has(name));
  const last = scripts.findLastIndex(({ name }) => names.has(name));
  refuse(
    pending.filter((script) => scripts.indexOf(script) < last),
    "stand before one that is applied already",
    "Rename the folder so that its name sorts behind all applied ones.",
  );
  const halfway = recorded.filter(({ state }) => state === "unknown");
  if (halfway.length > 0) {
    const list = halfway.map(({ name }) => name);
    throw new PreconditionError(`Prisma left ${list.join(", ")} half-way`, {
      hint: "Look at what stands, then run `prisma migrate resolve --rolled-back` or `--applied` with that name.",
      details: { migrations: list },
    });
  }
  const facts = [...applied.map(({ name }) => name), "", ...pending.flatMap(({ name, checksum }) => [name, checksum])];
  const planHash = createHash("sha256").update(JSON.stringify(facts)).digest("hex");
  return { applied: applied.map(({ name }) => name), pending, planHash };
}

function refuse(broken: { name: string }[], what: string, hint: string): void {
  if (broken.length === 0) return;
  const migrations = broken.map(({ name }) => name);
  throw new ConflictError(`${migrations.length} migrations ${what}: ${migrations.slice(0, 5).join(", ")}`, {
    hint,
    details: { migrations },
  });
}
