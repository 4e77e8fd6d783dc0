import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withPostgres } from "../../../f/lib/postgres/connect.ts";
import { manifestOf } from "../../../f/lib/projects/manifest.ts";
import { DATABASE } from "../../stack/catalogue.ts";
import { type Home, secretsOf } from "../../stack/home.ts";
import type { Ports } from "../../stack/ports.ts";
import { applyProject } from "../apply_project.ts";
import { CHECKOUT } from "../connection.ts";
import { examineServices } from "../doctor/workspace.ts";
import type { Up } from "../local/up.ts";
import { deploySite, siteIn } from "../site/deploy.ts";
import { openWindmill } from "../windmill.ts";
import { type Answer, browse } from "./browse.ts";
import { type Check, check, must, type UrlCheck } from "./check.ts";
import { askDocuments } from "./documents.ts";
import { sellPlan } from "./saas.ts";

const PROJECT = { name: "welcome", template: "static" };

/** Opens every address that a stranger would: the page, what it links to, and Windmill itself. */
export async function visit({ stack, welcome }: Up): Promise<UrlCheck[]> {
  const page = await browse(welcome);
  const linked = [...page.body.matchAll(/(?:href|src)="(\/[^"#]+)"/g)].map(([, path = ""]) => path);
  const addresses: [name: string, url: string, wanted: number, headers?: Record<string, string>][] = [
    ["landing page", welcome, 200],
    ...[...new Set(linked)].map((path): [string, string, number] => [path, new URL(path, welcome).href, 200]),
    ["a page that is not there", new URL("/nowhere", welcome).href, 404],
    ["Windmill", `${stack.windmill.url}/api/version`, 200],
    ["Windmill without a token", `${stack.windmill.url}/api/w/${stack.windmill.workspace}/scripts/list`, 401],
  ];
  return await Promise.all(
    addresses.map(async ([name, url, wanted]) => {
      const { status } = await browse(url).catch((): Pick<Answer, "status"> => ({ status: 0 }));
      return { name, url, status, ok: status === wanted };
    }),
  );
}

/** Uses the stack the way its users do, and looks behind the scenes whether what they see is true. */
export async function verify(home: Home, up: Up): Promise<Check[]> {
  const windmill = openWindmill(up.stack.windmill);
  const post = (path: string, body: object) =>
    browse(new URL(`/api/${path}`, up.welcome).href, {
      method: "POST",
      headers: { "content-type": "application/json", origin: new URL(up.welcome).origin },
      body: JSON.stringify(body),
    });
  const signUp = (email: string) => post("waitlist/signups", { email });
  const email = "ada@example.com";
  const checks: Check[] = [];
  const run = async (name: string, work: () => Promise<string>) => void checks.push(await check(name, work));

  await run("every service is healthy", async () => {
    const findings = await examineServices(windmill);
    const bad = findings.filter(({ state }) => state === "broken");
    must(
      findings.length > 0 && bad.length === 0,
      bad.map(({ name, detail }) => `${name}: ${detail}`).join("; ") || "nothing was checked",
    );
    return findings.map(({ name, detail }) => `${name} ${detail}`).join("; ");
  });
  await run("a visitor signs up", async () => expectStatus(await signUp(email), 200));
  await run("signing up again answers the same", async () => expectStatus(await signUp(email.toUpperCase()), 200));
  await run("Postgres has one row for both", async () => {
    const rows = await countSignups(home);
    must(rows === 1, `${rows} rows`);
    return "1 row";
  });
  await run("an address that is none is refused", async () => expectStatus(await signUp("nobody"), 400));
  await run("applying the project again changes nothing", async () => {
    const { status } = await applyProject(windmill, PROJECT);
    must(status === "unchanged", `status ${status}`);
    return "unchanged";
  });
  await run("a changed page goes live with one upload, and back", async () => {
    const before = (await browse(up.welcome)).body;
    const dir = mkdtempSync(join(tmpdir(), "run8n-demo-site-"));
    try {
      cpSync(join(CHECKOUT, "templates/static/site"), join(dir, "site"), { recursive: true });
      const index = join(dir, "site/index.html");
      writeFileSync(index, `${readFileSync(index, "utf8")}<!-- a second release -->\n`);
      const { release } = await deploySite({ windmill, project: PROJECT.name }, siteIn(dir, manifestOf(PROJECT)));
      must((await browse(up.welcome)).body.includes("a second release"), "the old page is still there");
      await windmill.run("script", "f/infra/sites/rollback_site", { project: PROJECT.name });
      must((await browse(up.welcome)).body === before, "the first page is not back");
      return `release ${release} and back`;
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
  checks.push(...(await askDocuments({ windmill, project: PROJECT.name, post })));
  checks.push(...(await sellPlan(up, windmill)));
  return checks;
}

function expectStatus({ status, body }: Answer, wanted: number): string {
  must(status === wanted, `${status} instead of ${wanted}: ${body.slice(0, 200)}`);
  return `${status} ${body.slice(0, 80)}`;
}

async function countSignups(home: Home): Promise<number> {
  const port = home.read<Ports>("ports")?.postgres ?? 0;
  const db = { host: "127.0.0.1", port, user: "postgres", password: secretsOf(home).postgres, dbname: DATABASE };
  return await withPostgres(db, async (sql) => {
    const { rows } = await sql.query<{ count: string }>(`select count(*) from ${PROJECT.name}.waitlist_signup`);
    return Number(rows[0]?.count);
  });
}
