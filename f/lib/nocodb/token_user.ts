import { type Nocodb, path } from "./client.ts";

/** No mail can ever reach it, so nobody takes it over by asking for another password. */
export const userOf = (project: string): string => `run8n-${project}@nocodb.invalid`;

export type Member = { id: string; email: string; roles: string | null };

/** A user of NocoDB's by address; only a super admin's session may look. */
export async function findUser(admin: Nocodb, email: string): Promise<Member | undefined> {
  const { list } = await admin.get<{ list: Member[] }>("/api/v1/users", { query: email, limit: 100 });
  return list.find((one) => one.email === email);
}

/**
 * Ends the user whose token a project has, and the token with it. Where the resource has no login of a super admin, none
 * was ever made.
 */
export async function removeTokenUser(nocodb: Nocodb, project: string): Promise<void> {
  if (!nocodb.value.email || !nocodb.value.password) return;
  const admin = await nocodb.asAdmin();
  const user = await findUser(admin, userOf(project));
  if (user) await admin.delete(path`/api/v1/users/${user.id}`);
}
