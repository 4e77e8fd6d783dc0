import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import type { CaddyValue } from "../../f/lib/resources.ts";
import { binary } from "../../scripts/stack/binaries.ts";
import { freePort, startServer } from "../../scripts/stack/process.ts";
import { answers } from "../../scripts/stack/servers/answers.ts";

/** A Caddy that speaks TLS, as a server on the internet does, and signs its certificates itself. */
export async function startTlsCaddy(windmill: { address: string; workspace: string }) {
  const dir = mkdtempSync(join(tmpdir(), "run8n-tls-"));
  const [port, adminPort] = [await freePort(), await freePort()];
  const config = join(dir, "caddy.json");
  const server = {
    listen: [`127.0.0.1:${port}`],
    routes: [],
    automatic_https: { disable_redirects: true },
    tls_connection_policies: [{}],
  };
  const pki = { certificate_authorities: { local: { install_trust: false } } };
  const admin = { listen: `127.0.0.1:${adminPort}` };
  writeFileSync(config, JSON.stringify({ admin, apps: { http: { servers: { run8n: server } }, pki } }));
  const running = await startServer(
    {
      name: "caddy",
      argv: [binary("caddy"), "run", "--config", config],
      env: { XDG_DATA_HOME: join(dir, "data"), XDG_CONFIG_HOME: join(dir, "config") },
      ready: () => answers(adminPort, `GET /config/ HTTP/1.0\r\nHost: ${admin.listen}\r\n\r\n`, /^HTTP\/1\.\d 200/),
    },
    dir,
  );
  const caddy: CaddyValue = {
    admin: `http://${admin.listen}`,
    server: "run8n",
    domain: "apps.example.com",
    publicUrl: "https://{host}",
    windmill: windmill.address,
    workspace: windmill.workspace,
    issuer: "internal",
  };
  return {
    caddy,
    /** The names on the certificate that a browser is shown, or nothing when there is none for that name. */
    certificate: (servername: string): Promise<string | undefined> =>
      new Promise((resolve) => {
        const socket = connect({ host: "127.0.0.1", port, servername, rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().subjectaltname);
          socket.destroy();
        });
        socket.once("error", () => resolve(undefined));
      }),
    visit: (host: string): Promise<{ status?: number; body: string }> =>
      new Promise((resolve, reject) => {
        const options = { host: "127.0.0.1", port, servername: host, headers: { host }, rejectUnauthorized: false };
        const ask = request({ ...options, agent: false }, (answer) => {
          let body = "";
          answer.setEncoding("utf8").on("data", (chunk) => {
            body += chunk;
          });
          answer.once("end", () => resolve({ status: answer.statusCode, body }));
        });
        ask.once("error", reject).end();
      }),
    tls: async (): Promise<unknown> => (await fetch(`${caddy.admin}/config/apps/tls`)).json(),
    setTls: (value: object) =>
      fetch(`${caddy.admin}/config/apps/tls`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(value),
      }),
    async remove() {
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
