import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, inject } from "vitest";
import { type Nocodb, openNocodb } from "../../f/lib/nocodb/client.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import type { NocodbValue } from "../../f/lib/resources.ts";
import { ADMIN, newToken } from "./nocodb_admin.ts";
import { startStandIn } from "./stand_in.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The real NocoDB, when `npm run test:nocodb` or NOCODB_URL gives one. */
    nocodb?: NocodbValue;
  }
}

export type TestNocodb = { value: NocodbValue; api: Nocodb; restart?: () => Promise<void> };

/** NocoDB for a test file: the real one where it is given, else a stand-in of the file's own. */
export function testNocodb(): TestNocodb {
  const holder = {} as TestNocodb;
  let remove = async () => {};
  beforeAll(async () => {
    const real = inject("nocodb");
    if (real) {
      Object.assign(holder, { value: real, api: openNocodb(real) });
      return;
    }
    const { host, port, user, password } = inject("services").postgres;
    const database = `nocodb_${randomBytes(6).toString("hex")}`;
    const NC_DB = `pg://${host}:${port}?u=${user}&p=${password}&d=${database}`;
    const env = { NC_DB, NC_ADMIN_EMAIL: ADMIN.email, NC_ADMIN_PASSWORD: ADMIN.password };
    const standIn = await startStandIn({ service: "nocodb", healthPath: "/api/v1/health", env });
    remove = async () => {
      await standIn.remove();
      await withPostgres(inject("services").postgres, (sql) => sql.query(`drop database ${database} with (force)`));
    };
    const value = { url: standIn.url, token: await newToken(standIn.url), ...ADMIN, database };
    Object.assign(holder, {
      ...{ value, api: openNocodb(value) },
      async restart() {
        await standIn.kill();
        await standIn.start();
      },
    });
  });
  afterAll(() => remove());
  return holder;
}
