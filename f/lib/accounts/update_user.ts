import { isDeepStrictEqual } from "node:util";
import { emailAddress } from "../email.ts";
import { InvalidInputError } from "../errors.ts";
import { changeUser, type GotrueUser, getUser, type UserChanges } from "../gotrue/users.ts";
import { describe, schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type OperatorPorts, requireAccountOf } from "./operator.ts";
import { accountTables } from "./tables.ts";

export type UserUpdate = {
  project: string;
  user: string;
  name?: string;
  email?: string;
  metadata?: Record<string, unknown>;
  appMetadata?: Record<string, unknown>;
  banned?: boolean;
  confirmed?: boolean;
};

export type UpdatedUser = {
  id: string;
  email: string;
  name: string | null;
  gotrue: GotrueUser;
  status: "updated" | "unchanged";
};

/**
 * Changes the named fields of a user. All but the name are GoTrue's, so they hold in every project; a ban signs the
 * user out of this one at once. Throws InvalidInput for what cannot be one, Conflict for an address that is taken.
 */
export async function updateUser({ sql, gotrue }: OperatorPorts, update: UserUpdate): Promise<UpdatedUser> {
  const { project, user } = update;
  const changes = changesOf(update);
  const fields = Object.keys({ ...changes, ...(update.name === undefined ? {} : { name: 1 }) });
  const asked = { project, user: user.includes("@") ? emailAddress(user).key : user, fields };
  return operate({ sql, verb: "infra/auth/update_user", project, arguments: asked }, async () => {
    const { id } = await requireAccountOf(sql, project, user);
    const before = await getUser(gotrue, id);
    const after = Object.keys(changes).length > 0 ? await changeUser(gotrue, id, changes) : before;
    const { account } = accountTables(schemaOf(project));
    const { email, key } = emailAddress(after.email);
    const { rowCount } = await sql.query(
      `update ${account} set name = coalesce($2, name), email = $3, email_key = $4, updated_at = now(),
              signed_out_at = case when $5 then now() else signed_out_at end
        where user_id = $1 and ((name, email) is distinct from (coalesce($2, name), $3) or $5)`,
      [id, update.name ?? null, email, key, changes.banned === true],
    );
    const { rows } = await sql.query<{ name: string | null }>(`select name from ${account} where user_id = $1`, [id]);
    const same = rowCount === 0 && isDeepStrictEqual({ ...before, bannedUntil: 0 }, { ...after, bannedUntil: 0 });
    const status = same && changes.banned === undefined ? "unchanged" : "updated";
    return { id, email, name: rows[0]?.name ?? null, gotrue: after, status };
  });
}

function changesOf({ name, email, metadata, appMetadata, banned, confirmed }: UserUpdate): UserChanges {
  if (name !== undefined && (name.trim() === "" || name.length > 100))
    throw wrong("name", "a text of 1 to 100 characters", name);
  if (confirmed === false) throw wrong("confirmed", "true: an address cannot be unconfirmed", confirmed);
  return {
    ...(email === undefined ? {} : { email: emailAddress(email).email }),
    ...(metadata === undefined ? {} : { metadata: fieldsOf("metadata", metadata) }),
    ...(appMetadata === undefined ? {} : { appMetadata: fieldsOf("appMetadata", appMetadata) }),
    ...(banned === undefined ? {} : { banned }),
    ...(confirmed ? { confirmed } : {}),
  };
}

function fieldsOf(argument: string, value: unknown): Record<string, unknown> {
  const isFields = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isFields && JSON.stringify(value).length <= 10_000) return value as Record<string, unknown>;
  throw wrong(argument, "an object of at most 10000 characters as JSON", value);
}

const wrong = (argument: string, must: string, value: unknown) =>
  new InvalidInputError(`${argument} must be ${must}; got ${describe(value)}`, {
    hint: `Pass another ${argument}, or leave it out.`,
    details: { argument },
  });
