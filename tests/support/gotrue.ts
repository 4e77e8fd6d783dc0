import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuthClient, GoTrueAdminApi } from "@supabase/auth-js";
import { afterAll, beforeAll } from "vitest";
import type { GotrueValue } from "../../f/lib/resources.ts";
import { freePort, type Running, startServer } from "../../scripts/stack/process.ts";
import { gotrueServer, serviceKey } from "../../scripts/stack/servers/gotrue.ts";

/** A GoTrue to test against: the official client as a visitor, as many as one likes, and its admin API. */
export type TestGotrue = {
  url: string;
  /** The value of the resource `f/infra/gotrue`. */
  resource: GotrueValue;
  admin: GoTrueAdminApi;
  /** A visitor with a session of their own. */
  visitor: () => InstanceType<typeof AuthClient>;
};

export function gotrueAt(url: string, key: string, issuer = url): TestGotrue {
  const headers = { authorization: `Bearer ${key}`, apikey: key };
  return {
    url,
    resource: { url, issuer, serviceKey: key },
    admin: new GoTrueAdminApi({ url, headers }),
    visitor: () =>
      new AuthClient({
        url,
        // As a browser sends it; another scheme of authorization would be taken for a token.
        headers: { apikey: key },
        autoRefreshToken: false,
        persistSession: false,
        storageKey: randomBytes(4).toString("hex"),
      }),
  };
}

/**
 * A stand-in of the test file's own. Settings are GoTrue's variables. `stop` then `start` is a restart on the same
 * state, `remove` ends it and takes its state away.
 */
export async function startGotrue({ env = {}, smtpPort }: { env?: Record<string, string>; smtpPort?: number } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "run8n-gotrue-"));
  const port = await freePort();
  const jwtSecret = randomBytes(32).toString("base64url");
  const start = (more: Record<string, string> = {}): Promise<Running> =>
    startServer(
      gotrueServer({ dir, port, jwtSecret, env: { ...env, ...more }, ...(smtpPort ? { smtpPort } : {}) }),
      dir,
    );
  let running = await start();
  return {
    ...gotrueAt(`http://127.0.0.1:${port}`, serviceKey(jwtSecret)),
    jwtSecret,
    stop: () => running.stop(),
    async start(more?: Record<string, string>) {
      running = await start(more);
    },
    async kill() {
      process.kill(running.pid, "SIGKILL");
      await running.stop();
    },
    async remove() {
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The real one when GOTRUE_URL and GOTRUE_SERVICE_KEY are set (GOTRUE_ISSUER, when it is not its URL), else a stand-in. */
export function contractGotrue(): { gotrue: TestGotrue } {
  const { GOTRUE_URL: url, GOTRUE_SERVICE_KEY: key, GOTRUE_ISSUER: issuer } = process.env;
  const holder = {} as { gotrue: TestGotrue };
  let ours: Awaited<ReturnType<typeof startGotrue>> | undefined;
  beforeAll(async () => {
    if (!url || !key) ours = await startGotrue();
    holder.gotrue = ours ?? gotrueAt(url!, key!, issuer);
  });
  afterAll(() => ours?.remove());
  return holder;
}

export const newEmail = (name = "ada"): string => `${name}-${randomBytes(5).toString("hex")}@example.com`;
export const PASSWORD = "correct horse battery";
