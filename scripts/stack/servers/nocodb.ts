import type { Server } from "../process.ts";
import { standInServer } from "./stand_in.ts";

/** The login of NocoDB's first user, who may do everything; the password is made up per stack. */
export const NOCODB_EMAIL = "admin@run8n.local";
export const NOCODB_DATABASE = "nocodb";

/** NocoDB's stand-in. Like NocoDB it keeps everything in a database of the stack's Postgres, and waits for that. */
export function nocodbServer(options: {
  dir: string;
  port: number;
  password: string;
  postgres: { port: number; password: string };
}): Server {
  const { dir, port, password, postgres } = options;
  const parameters = new URLSearchParams({ u: "postgres", p: postgres.password, d: NOCODB_DATABASE });
  return standInServer({
    ...{ service: "nocodb", dir, port, healthPath: "/api/v1/health" },
    env: {
      NC_DB: `pg://127.0.0.1:${postgres.port}?${parameters}`,
      NC_ADMIN_EMAIL: NOCODB_EMAIL,
      NC_ADMIN_PASSWORD: password,
    },
  });
}
