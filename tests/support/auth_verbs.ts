import { afterAll, beforeAll } from "vitest";
import { ensureAccounts } from "../../f/lib/accounts/ensure.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { addOwner } from "./accounts.ts";
import { testDatabase, uniqueProject } from "./database.ts";
import { newEmail, PASSWORD, startGotrue } from "./gotrue.ts";
import { projectSchema } from "./project_schema.ts";

/** Two projects with accounts on one GoTrue stand-in, for tests of the operator's verbs. */
export function authVerbs(options: () => Parameters<typeof startGotrue>[0] = () => ({})) {
  const db = testDatabase();
  const [project, other] = [uniqueProject(), uniqueProject()];
  let gotrue: Awaited<ReturnType<typeof startGotrue>>;
  beforeAll(async () => {
    gotrue = await startGotrue(options());
    await withPostgres(db, async (sql) => {
      for (const name of [project, other]) {
        await projectSchema(sql, db, name);
        await ensureAccounts(sql, { project: name, signUp: "open" });
      }
    });
  });
  afterAll(() => gotrue?.remove());
  const sql: <T>(work: Parameters<typeof withPostgres<T>>[1]) => Promise<T> = (work) => withPostgres(db, work);
  return {
    db,
    project,
    other,
    sql,
    gotrue: () => gotrue,
    /** A user of GoTrue with a password who owns an organization in the project, and a session of theirs. */
    async user(of = project) {
      const email = newEmail();
      const { data } = await gotrue.admin.createUser({ email, password: PASSWORD, email_confirm: true });
      const { organization } = await sql((server) => addOwner(server, of, { id: data.user!.id, email }));
      return { id: data.user!.id, email, organization };
    },
    async signIn(email: string) {
      const visitor = gotrue.visitor();
      const { data, error } = await visitor.signInWithPassword({ email, password: PASSWORD });
      return { session: data.session, code: (error as { code?: string } | null)?.code };
    },
  };
}
