import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { CaddyValue, PostgresqlValue, RedisValue, SiteHostValue } from "../../f/lib/resources.ts";
import { freePort, type Running, startServer } from "../../scripts/stack/process.ts";
import { caddyServer } from "../../scripts/stack/servers/caddy.ts";
import { postgresServer } from "../../scripts/stack/servers/postgres.ts";
import { redisServer } from "../../scripts/stack/servers/redis.ts";
import { sshdServer } from "../../scripts/stack/servers/sshd.ts";
import { realNocodb } from "./real_nocodb.ts";

/** The real servers that all test files share; each file keeps to its own project names, database and folder. */
export type Services = {
  postgres: PostgresqlValue;
  redis: RedisValue;
  caddy: CaddyValue & { port: number };
  ssh: Required<SiteHostValue>;
};

declare module "vitest" {
  interface ProvidedContext {
    services: Services;
    /** Where `pushed_engine.ts` keeps what it pushed. */
    pushed: string;
  }
}

const PASSWORD = "test-password";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), "run8n-test-"));
  chmodSync(dir, 0o755); // Postgres runs under its own account and must be able to reach its folder
  const [pgPort, redisPort, caddyPort, adminPort, sshPort] = (await Promise.all(
    Array.from({ length: 5 }, freePort),
  )) as [number, number, number, number, number];
  const sshd = sshdServer({ dir: join(dir, "sshd"), port: sshPort });
  const sites = join(dir, "sites");
  mkdirSync(sites);
  const servers = [
    postgresServer({ dir: join(dir, "postgres"), port: pgPort, password: PASSWORD, throwaway: true }),
    redisServer({ dir: join(dir, "redis"), port: redisPort, password: PASSWORD }),
    caddyServer({ dir: join(dir, "caddy"), port: caddyPort, adminPort }),
    sshd.server,
  ];
  const started = await Promise.allSettled(servers.map((server) => startServer(server, join(dir, server.name))));
  const running = started.flatMap((one): Running[] => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async () => {
    await Promise.all(running.map((one) => one.stop()));
    rmSync(dir, { recursive: true, force: true });
  };
  const failed = started.find((one) => one.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  mkdirSync(join(dir, "pushed"));
  project.provide("pushed", join(dir, "pushed"));
  project.provide("services", {
    postgres: { host: "127.0.0.1", port: pgPort, user: "postgres", password: PASSWORD, dbname: "postgres" },
    redis: { host: "127.0.0.1", port: redisPort, password: PASSWORD },
    caddy: {
      admin: `http://127.0.0.1:${adminPort}`,
      server: "run8n",
      domain: "apps.localhost",
      publicUrl: `http://{host}:${caddyPort}`,
      windmill: "127.0.0.1:1",
      workspace: "windmill_automations",
      port: caddyPort,
    },
    ssh: {
      transport: "ssh",
      root: sites,
      host: "127.0.0.1",
      port: sshPort,
      user: sshd.user,
      privateKey: sshd.privateKey,
      hostKey: sshd.hostKey,
    },
  });
  const nocodb = await realNocodb(join(dir, "nocodb"), {
    host: "127.0.0.1",
    port: pgPort,
    user: "postgres",
    password: PASSWORD,
  });
  if (nocodb) {
    running.unshift(...nocodb.running); // it uses the others
    project.provide("nocodb", nocodb.value);
  }
  return stop;
}
