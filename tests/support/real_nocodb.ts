import type { NocodbValue, PostgresqlValue } from "../../f/lib/resources.ts";
import { freePort, type Running, startServer } from "../../scripts/stack/process.ts";
import { ensureDatabase } from "../../scripts/stack/servers/postgres.ts";
import { realNocodbServer } from "../../scripts/stack/servers/real_nocodb.ts";
import { ADMIN, newToken } from "./nocodb_admin.ts";

const DATABASE = "nocodb";

/**
 * The NocoDB that tests are to use in place of the stand-in: one that runs somewhere, by NOCODB_URL and NOCODB_TOKEN, or
 * one that is installed in the folder RUN8N_NOCODB and is started here, on the tests' own Postgres.
 */
export async function realNocodb(
  dir: string,
  postgres: Omit<PostgresqlValue, "dbname">,
): Promise<{ value: NocodbValue; running: Running[] } | undefined> {
  const { NOCODB_URL, NOCODB_TOKEN, NOCODB_EMAIL, NOCODB_PASSWORD, RUN8N_NOCODB } = process.env;
  if (NOCODB_URL && NOCODB_TOKEN)
    return {
      value: { url: NOCODB_URL, token: NOCODB_TOKEN, email: NOCODB_EMAIL, password: NOCODB_PASSWORD },
      running: [],
    };
  if (!RUN8N_NOCODB) return undefined;
  await ensureDatabase(postgres.port, postgres.password, DATABASE);
  const port = await freePort();
  const options = { install: RUN8N_NOCODB, dir, port, ...ADMIN, postgres: { ...postgres, database: DATABASE } };
  const running = [await startServer(realNocodbServer(options), dir)];
  const url = `http://127.0.0.1:${port}`;
  return { value: { url, token: await newToken(url), ...ADMIN, database: DATABASE }, running };
}
