import { createHmac } from "node:crypto";
import type { Server } from "../process.ts";
import { standInServer } from "./stand_in.ts";

export type GotrueOptions = {
  dir: string;
  port: number;
  /** Signs the service key. */
  jwtSecret: string;
  smtpPort?: number;
  /** Further settings, under GoTrue's own names. */
  env?: Record<string, string>;
};

/** The stand-in for GoTrue, whose mails go to a local SMTP server. */
export function gotrueServer({ dir, port, jwtSecret, smtpPort, env }: GotrueOptions): Server {
  return standInServer({
    service: "gotrue",
    dir,
    port,
    healthPath: "/health",
    env: {
      GOTRUE_JWT_SECRET: jwtSecret,
      ...(smtpPort ? { GOTRUE_SMTP_HOST: "127.0.0.1", GOTRUE_SMTP_PORT: String(smtpPort) } : {}),
      ...env,
    },
  });
}

/** A token with the service's role that does not end, as one sets it up once for a server. */
export function serviceKey(jwtSecret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part({ alg: "HS256", typ: "JWT" })}.${part({ role: "service_role", iss: "run8n" })}`;
  return `${input}.${createHmac("sha256", jwtSecret).update(input).digest("base64url")}`;
}
