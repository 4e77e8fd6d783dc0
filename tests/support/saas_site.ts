import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { changeRoutes } from "../../f/lib/caddy/admin.ts";
import { caddyRoute } from "../../f/lib/caddy/route.ts";
import { accountsRoute } from "./accounts.ts";
import { newTab } from "./browser.ts";
import { startCaddy } from "./edge.ts";
import { PASSWORD } from "./gotrue.ts";
import { gotrueIssuer } from "./gotrue_issuer.ts";

/**
 * The pages of the template `saas` behind a real Caddy, with all routes on an engine, a GoTrue stand-in
 * whose mails are caught, and a browser. For the top of a test file.
 */
export function saasSite() {
  const root = mkdtempSync(join(tmpdir(), "run8n-saas-"));
  let edge: Awaited<ReturnType<typeof startCaddy>>;
  beforeAll(async () => {
    edge = await startCaddy();
  });

  const hostOf = (project: string) => `${project}.apps.localhost`;
  const world = accountsRoute(
    () => gotrueIssuer({ GOTRUE_URI_ALLOW_LIST: `http://*.apps.localhost:${edge.caddy.port}/**` }),
    (project) => `http://${hostOf(project)}:${edge.caddy.port}`,
  );

  beforeAll(async () => {
    cpSync("templates/saas/site", join(root, "releases/one"), { recursive: true });
    symlinkSync("releases/one", join(root, "current"));
    const { url, workspace } = world.engine();
    const caddy = {
      ...edge.caddy,
      windmill: new URL(url).host,
      workspace,
      gotrue: new URL(world.issuer().gotrue.url).host,
    };
    const site = caddyRoute({ project: world.project, host: hostOf(world.project) }, { kind: "static", root }, caddy);
    await changeRoutes(edge.caddy, () => [site]);
  });
  afterAll(async () => {
    await edge?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  /** A browser of somebody's own. */
  async function visitor(options?: BrowserContextOptions) {
    const { page, complaints } = await newTab(world.origin, options);
    return { page, complaints, open: (path: string) => page.goto(world.origin + path) };
  }

  async function signUp(page: Page, email: string): Promise<void> {
    await page.goto(`${world.origin}/signup.html`);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByRole("heading", { name: "Look into your mailbox" }).waitFor();
  }

  const mailTo = (email: string, nth?: number) => world.issuer().mails.mailTo(email, nth);
  const signedIn = (page: Page, email: string) => page.getByText(`Signed in as ${email}`).waitFor();

  // Not a copy: some of what the world has is known only once it runs.
  return Object.assign(world, { visitor, signUp, mailTo, signedIn });
}
