import { NotFoundError } from "../errors.ts";
import { endSessions, getUser } from "../gotrue/users.ts";
import { schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type OperatorPorts, requireAccountOf } from "./operator.ts";
import { accountTables } from "./tables.ts";

export type SignedOut = { id: string; email: string; signedOutAt: string; status: "updated" };

/**
 * Ends all sessions of a user: in this project at once, also for tokens that have not ended yet; elsewhere when their
 * token ends, because no session is renewed any more.
 */
export async function signOutUser(
  { sql, gotrue }: OperatorPorts,
  { project, user }: { project: string; user: string },
): Promise<SignedOut> {
  return operate({ sql, verb: "infra/auth/sign_out_user", project, arguments: { project } }, async () => {
    const account = await requireAccountOf(sql, project, user);
    await endSessionsOf(gotrue, account.id);
    const { rows } = await sql.query<{ at: Date }>(
      `update ${accountTables(schemaOf(project)).account} set signed_out_at = now() where user_id = $1
       returning signed_out_at as at`,
      [account.id],
    );
    return { ...account, signedOutAt: (rows[0]?.at ?? new Date()).toISOString(), status: "updated" };
  });
}

/** A user who is not in GoTrue any more has no sessions. */
async function endSessionsOf(gotrue: OperatorPorts["gotrue"], id: string): Promise<void> {
  try {
    await endSessions(gotrue, await getUser(gotrue, id));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
