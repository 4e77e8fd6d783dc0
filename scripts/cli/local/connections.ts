import { join } from "node:path";
import { DATABASE, DOMAIN, S3_ACCESS_KEY } from "../../stack/catalogue.ts";
import { type Home, secretsOf } from "../../stack/home.ts";
import type { Ports } from "../../stack/ports.ts";
import { serviceKey } from "../../stack/servers/gotrue.ts";
import { NOCODB_DATABASE, NOCODB_EMAIL } from "../../stack/servers/nocodb.ts";
import { WORKSPACE } from "../../stack/servers/windmill.ts";
import { type Connections, ensureConnections } from "../push/environment.ts";
import { ensureFolders } from "../push/folders.ts";
import type { Ensured } from "../push/types.ts";
import type { Windmill } from "../windmill.ts";
import { nocodbToken } from "./nocodb_token.ts";

/** Tells the local workspace where its own servers are; the same resources that production has, passwords as secrets. */
export async function ensureLocalConnections(windmill: Windmill, home: Home, ports: Ports): Promise<Ensured[]> {
  await ensureFolders(windmill, ["lib", "infra", "api"]);
  const secrets = secretsOf(home);
  await ensureSecret(windmill, "f/infra/postgres_password", secrets.postgres);
  await ensureSecret(windmill, "f/infra/redis_password", secrets.redis);
  await ensureSecret(windmill, "f/infra/qdrant_key", secrets.qdrant);
  await ensureSecret(windmill, "f/infra/openai_key", secrets.openai);
  await ensureSecret(windmill, "f/infra/stripe_key", secrets.stripe);
  await ensureSecret(windmill, "f/infra/gotrue_service_key", serviceKey(secrets.gotrue));
  await ensureSecret(windmill, "f/infra/nocodb_password", secrets.nocodb);
  await ensureSecret(windmill, "f/infra/nocodb_token", await nocodbToken(ports.nocodb, secrets.nocodb));
  await ensureSecret(windmill, "f/infra/storage_secret_key", secrets.s3);
  return await ensureConnections(windmill, localConnections(home, ports), { dryRun: false, replace: true });
}

function localConnections(home: Home, ports: Ports): Connections {
  const host = "127.0.0.1";
  return {
    "f/infra/postgres": {
      type: "postgresql",
      value: {
        host,
        port: ports.postgres,
        user: "postgres",
        password: "$var:f/infra/postgres_password",
        dbname: DATABASE,
        sslmode: "disable",
      },
    },
    "f/infra/redis": { type: "redis", value: { host, port: ports.redis, password: "$var:f/infra/redis_password" } },
    "f/infra/caddy": {
      type: "caddy",
      value: {
        admin: `http://${host}:${ports.admin}`,
        server: "run8n",
        domain: DOMAIN,
        publicUrl: `http://{host}:${ports.sites}`,
        windmill: `${host}:${ports.windmill}`,
        workspace: WORKSPACE,
        gotrue: `${host}:${ports.gotrue}`,
      },
    },
    "f/infra/qdrant": {
      type: "qdrant",
      value: { url: `http://${host}:${ports.qdrant}`, api_key: "$var:f/infra/qdrant_key" },
    },
    "f/infra/openai": {
      type: "openai",
      value: { base_url: `http://${host}:${ports.openai}/v1`, api_key: "$var:f/infra/openai_key" },
    },
    "f/infra/stripe": {
      type: "stripe",
      value: { token: "$var:f/infra/stripe_key", baseUrl: `http://${host}:${ports.stripe}` },
    },
    "f/infra/gotrue": {
      type: "gotrue",
      value: {
        url: `http://${host}:${ports.gotrue}`,
        issuer: `http://${host}:${ports.gotrue}`,
        serviceKey: "$var:f/infra/gotrue_service_key",
      },
    },
    "f/infra/nocodb": {
      type: "nocodb",
      value: {
        url: `http://${host}:${ports.nocodb}`,
        token: "$var:f/infra/nocodb_token",
        email: NOCODB_EMAIL,
        password: "$var:f/infra/nocodb_password",
        database: NOCODB_DATABASE,
      },
    },
    "f/infra/storage": {
      type: "s3",
      value: {
        bucket: "run8n",
        region: "us-east-1",
        endPoint: `${host}:${ports.s3}`,
        useSSL: false,
        pathStyle: true,
        accessKey: S3_ACCESS_KEY,
        secretKey: "$var:f/infra/storage_secret_key",
      },
    },
    "f/infra/site_host": { type: "site_host", value: { transport: "local", root: join(home.dir, "sites") } },
  };
}

async function ensureSecret(windmill: Windmill, path: string, value: string): Promise<void> {
  const known = await windmill.find<boolean>(`variables/exists/${path}`);
  if (!known)
    await windmill.post("variables/create", { path, value, is_secret: true, description: "Made up by run8n up" });
  else if ((await windmill.find<string>(`variables/get_value/${path}`)) !== value)
    await windmill.post(`variables/update/${path}`, { value });
}
