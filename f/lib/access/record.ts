import { withTables } from "../operations/tables.ts";
import type { Sql } from "../postgres/connect.ts";

/** A key as lists show it, without anything that could be used. Times are ISO 8601 in UTC. */
export type AccessKey = {
  id: string;
  project: string;
  environment: string;
  /** Who or what holds it, such as "claude" or "ci". */
  name: string;
  verbs: string[];
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  /** To the minute; null for a key that nobody has used. */
  lastUsedAt: string | null;
  /** `suspended` while its project is deleted. */
  status: "active" | "suspended" | "expired" | "revoked";
};

/** A key with the hash of its secret and the name under which its environment is on record. */
export type StoredKey = AccessKey & { target: string; hash: Buffer };

type Row = {
  id: string;
  project: string;
  environment: string;
  target: string;
  name: string;
  verbs: string[];
  key_hash: Buffer;
  created_at: Date;
  created_by: string;
  expires_at: Date;
  last_used_at: Date | null;
  status: AccessKey["status"];
};

const SELECT = `select *, case when revoked_at is not null then 'revoked'
                               when expires_at <= now() then 'expired'
                               when exists (select from run8n.project p where p.name = target and p.status = 'deleted')
                               then 'suspended' else 'active' end as status
                  from run8n.access_key`;

/** Keys that meet a condition, newest first. */
export async function findKeys(sql: Sql, condition: string, params: unknown[]): Promise<StoredKey[]> {
  const { rows } = await withTables(sql, () =>
    sql.query<Row>(`${SELECT} where ${condition} order by created_at desc, id`, params),
  );
  return rows.map((row) => ({
    id: row.id,
    project: row.project,
    environment: row.environment,
    target: row.target,
    name: row.name,
    verbs: row.verbs,
    hash: row.key_hash,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    status: row.status,
  }));
}

/** What may be shown of a key. */
export function shown({ hash: _hash, target: _target, ...key }: StoredKey): AccessKey {
  return key;
}
