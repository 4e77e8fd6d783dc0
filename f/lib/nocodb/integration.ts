import type { PostgresqlValue } from "../resources.ts";
import { type Nocodb, path } from "./client.ts";

type Login = { project: string; schema: string; login: PostgresqlValue };

/** The title by which a project's login is found among those that NocoDB keeps. */
export const integrationTitle = (project: string): string => `run8n ${project}`;

/** NocoDB gives connections back once an hour at most; more would use up what the owner role may have. */
const POOL = { min: 0, max: 3 };

/** What NocoDB connects with. It never tells a login it keeps, so this is written each time. */
export async function ensureIntegration(nocodb: Nocodb, { project, schema, login }: Login): Promise<string> {
  const title = integrationTitle(project);
  const { postgresHost, postgresPort } = nocodb.value;
  const { user, password, dbname, sslmode } = login;
  const address = { host: postgresHost ?? login.host, port: postgresPort ?? login.port };
  const ssl = sslmode && /^(require|verify)/.test(sslmode) ? { rejectUnauthorized: sslmode !== "require" } : undefined;
  const connection = { ...address, user, password, database: dbname, ...(ssl ? { ssl } : {}) };
  const body = {
    ...{ title, type: "database", sub_type: "pg" },
    config: { client: "pg", connection, searchPath: [schema], pool: POOL },
  };
  const found = await findIntegration(nocodb, project);
  if (found) await nocodb.patch(path`/api/v2/meta/integrations/${found}`, body);
  return found ?? (await nocodb.post<{ id: string }>("/api/v2/meta/integrations", body)).id;
}

export async function findIntegration(nocodb: Nocodb, project: string): Promise<string | undefined> {
  const { list } = await nocodb.get<{ list: { id: string; title: string }[] }>("/api/v2/meta/integrations");
  return list.find(({ title }) => title === integrationTitle(project))?.id;
}
