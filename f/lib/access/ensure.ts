import { InvalidInputError } from "../errors.ts";
import { describe, environmentProject, projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { refuseOther, requireProject } from "../projects/record.ts";
import { currentJob } from "../windmill/job.ts";
import { hashOf, keyText, newKey } from "./key.ts";
import { type AccessKey, findKeys, type StoredKey, shown } from "./record.ts";
import { scopesOf } from "./scopes.ts";

export type AccessRequest = {
  project: string;
  name: string;
  verbs: string[];
  environment?: string | null;
  expiresInDays?: number | null;
  /** Replaces the secret, for a key that was lost or seen by others; the old one stops at once. */
  renew?: boolean | null;
};

export type EnsuredAccess = Omit<AccessKey, "status"> & {
  /** Shown this once: only its hash is kept. Null when the holder has it already. */
  key: string | null;
  status: "created" | "updated" | "unchanged";
};

const MAX_DAYS = 366;

/**
 * Makes a key exist for exactly some verbs of one project in one environment. A key of that name that is still good
 * stays, with these verbs from now on; an expired one is replaced.
 * Throws InvalidInput for a request that makes no key, NotFound for a project or environment that does not exist, Conflict for
 * one that is another project's.
 */
export async function ensureAccess(sql: Sql, request: AccessRequest): Promise<EnsuredAccess> {
  const project = projectName(request.project);
  const environment = request.environment ?? "production";
  const target = environmentProject(project, environment);
  const name = holderName(request.name);
  const verbs = scopesOf(request.verbs);
  const days = daysOf(request.expiresInDays ?? 30);
  const renew = request.renew === true;
  const asked = { project, environment, name, verbs, expiresInDays: days, renew };
  const key = newKey();
  const wanted = { project, environment, target, name, verbs, days };
  const done = await operate({ sql, verb: "infra/projects/ensure_access", project, arguments: asked }, async () => {
    refuseOther(await requireProject(sql, target), project);
    const before = await current(sql, target, name);
    const good = before?.status === "active" && !renew ? before : undefined;
    const same = good && good.verbs.join() === verbs.join();
    if (good && !same) await sql.query("update run8n.access_key set verbs = $2 where id = $1", [good.id, verbs]);
    if (!good) await replace(sql, before, { ...wanted, id: key.id, hash: hashOf(key) });
    const { status: _status, ...after } = shown((await current(sql, target, name)) as StoredKey);
    return { ...after, status: same ? ("unchanged" as const) : before ? ("updated" as const) : ("created" as const) };
  });
  return { ...done, key: done.id === key.id ? keyText(key) : null };
}

const current = async (sql: Sql, target: string, name: string): Promise<StoredKey | undefined> =>
  (await findKeys(sql, "target = $1 and name = $2 and revoked_at is null", [target, name]))[0];

type NewKey = Omit<Required<AccessRequest>, "renew" | "expiresInDays"> & {
  id: string;
  target: string;
  hash: Buffer;
  days: number;
};

const replace = (sql: Sql, before: StoredKey | undefined, key: NewKey) =>
  transaction(sql, async () => {
    if (before) await sql.query("update run8n.access_key set revoked_at = now() where id = $1", [before.id]);
    await sql.query(
      `insert into run8n.access_key (id, project, environment, target, name, verbs, key_hash, created_by, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(days => $9))`,
      [key.id, key.project, key.environment, key.target, key.name, key.verbs, key.hash, currentJob().actor, key.days],
    );
  });

/** The name of a key's holder. Throws InvalidInput. */
export function holderName(value: unknown): string {
  if (typeof value === "string" && /^[a-z0-9][a-z0-9-]{0,39}$/.test(value)) return value;
  throw new InvalidInputError(`A key's name must be 1 to 40 characters of a-z, 0-9 and "-"; got ${describe(value)}`, {
    hint: 'Name who or what will hold it, such as "claude" or "ci".',
    details: { argument: "name" },
  });
}

function daysOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_DAYS) return value;
  throw new InvalidInputError(`A key must expire within 1 to ${MAX_DAYS} days, a whole number`, {
    hint: "Leave expiresInDays out for 30 days.",
    details: { argument: "expiresInDays" },
  });
}
