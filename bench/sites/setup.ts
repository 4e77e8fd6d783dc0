import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaddyValue, PostgresqlValue, SiteHostValue } from "../../f/lib/resources.ts";
import { openWindmill, type Windmill } from "../../scripts/cli/windmill.ts";
import { freePort, type Running, startServer } from "../../scripts/stack/process.ts";
import { caddyServer } from "../../scripts/stack/servers/caddy.ts";
import { postgresServer } from "../../scripts/stack/servers/postgres.ts";
import { sshdServer } from "../../scripts/stack/servers/sshd.ts";
import { startEngine, type TestEngine } from "../../tests/support/engine.ts";
import { deploy, keep } from "../../tests/support/workspace_items.ts";

export type Setup = {
  dir: string;
  engine: TestEngine;
  windmill: Windmill;
  db: PostgresqlValue;
  caddy: CaddyValue & { port: number };
  host: Required<SiteHostValue>;
  /** Command and options of ssh that reach the site host, as rsync's -e takes them. */
  ssh: string[];
  account: string;
};

/** A site host behind a real sshd, a real Caddy and Postgres, and the engine with these of our verbs; gone afterwards. */
export async function withSites<T>(
  work: (setup: Setup) => Promise<T>,
  verbs = ["f/lib", "f/infra/sites", "f/infra/caddy"],
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "run8n-bench-"));
  chmodSync(dir, 0o755); // Postgres and Caddy may run under accounts of their own
  const [pgPort, sshPort, port, adminPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const sshd = sshdServer({ dir: join(dir, "sshd"), port: sshPort });
  const [key, root] = [join(dir, "key"), join(dir, "sites")];
  writeFileSync(key, sshd.privateKey, { mode: 0o600 });
  mkdirSync(root);
  const running: Running[] = [];
  let engine: TestEngine | undefined;
  try {
    running.push(
      await startServer(postgresServer({ dir: join(dir, "postgres"), port: pgPort, password: "bench" }), dir),
      await startServer(sshd.server, dir),
      await startServer(caddyServer({ dir: join(dir, "caddy"), port, adminPort }), dir),
    );
    engine = await startEngine();
    if (verbs.length > 0) await deploy(engine, verbs);
    const host = {
      ...{ transport: "ssh" as const, root, host: "127.0.0.1", port: sshPort },
      ...{ user: sshd.user, privateKey: sshd.privateKey, hostKey: sshd.hostKey },
    };
    const caddy = {
      ...{ admin: `http://127.0.0.1:${adminPort}`, server: "run8n", domain: "apps.localhost", port },
      ...{ publicUrl: `http://{host}:${port}`, windmill: new URL(engine.url).host, workspace: engine.workspace },
    };
    const db = { host: "127.0.0.1", port: pgPort, user: "postgres", password: "bench", dbname: "postgres" };
    await keep(engine, { "f/infra/postgres": db, "f/infra/site_host": host, "f/infra/caddy": caddy });
    const options = ["-i", key, "-p", String(sshPort), "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"];
    const trust = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
    const { url, token, workspace } = engine;
    return await work({
      ...{ dir, engine, db, caddy, host, ssh: ["ssh", ...options, ...trust], account: `${sshd.user}@127.0.0.1` },
      windmill: openWindmill({ url, token, workspace }),
    });
  } finally {
    await engine?.stop();
    await Promise.all(running.map((one) => one.stop()));
    rmSync(dir, { recursive: true, force: true });
  }
}
