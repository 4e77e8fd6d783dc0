import { NotFoundError } from "../errors.ts";
import { type GotrueUser, getUser } from "../gotrue/users.ts";
import { type OperatorPorts, requireAccountOf } from "./operator.ts";
import { readSession, type Session } from "./session.ts";

/** A user as the project and GoTrue know them; `gotrue` is null when only the project still does. */
export type ProjectUser = Omit<Session, "user"> & { id: string; email: string; gotrue: GotrueUser | null };

export async function readUser(
  { sql, gotrue }: OperatorPorts,
  { project, user }: { project: string; user: string },
): Promise<ProjectUser> {
  const account = await requireAccountOf(sql, project, user);
  const [session, known] = [await readSession(sql, project, account), await knownBy(gotrue, account.id)];
  const { user: _, ...inProject } = session;
  return { ...account, ...inProject, gotrue: known };
}

async function knownBy(gotrue: OperatorPorts["gotrue"], id: string): Promise<GotrueUser | null> {
  try {
    return await getUser(gotrue, id);
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}
