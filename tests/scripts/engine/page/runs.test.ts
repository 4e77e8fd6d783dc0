import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../../../support/engine.ts";
import { eventually, type Visit, visit } from "./browser.ts";

const JOBS = 20_000;
const BUN = resolve("node_modules/.bin/bun");

/** Copies the one job that was run until there are many: what a year of use leaves behind. */
const MULTIPLY = `
  import { Database } from "bun:sqlite";
  const db = new Database(process.argv[1]);
  const columns = db.query("select name from pragma_table_info('job')").all().map(({ name }) => name)
    .filter((name) => !["seq", "id", "path", "success", "created_at"].includes(name)).join(", ");
  const now = Date.now();
  db.query(\`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${JOBS})
    insert into job (id, path, success, created_at, \${columns})
    select printf('0199a000-0000-4000-8000-%012d', i), 'f/many/job_' || (i % 100), i % 10 > 0,
      \${now} - (${JOBS} - i) * 1000, \${columns} from n, (select * from job limit 1)\`).run();
`;

let here: Visit;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "run8n-page-"));
  const first = await startEngine({ dataDir });
  await first.deploy("f/test/one", "export const main = () => 1;");
  await first.run("f/test/one");
  await first.stop();
  execFileSync(BUN, ["-e", MULTIPLY, join(dataDir, "engine.sqlite")]);
  here = await visit(dataDir);
});
afterAll(async () => {
  await here?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const rows = "table.runs tbody tr";

describe("the list of twenty thousand runs", () => {
  it("shows the newest first, a page at a time, at once", async () => {
    const { page, complaints } = await here.open("#/runs");
    await page.locator(rows).first().waitFor();
    expect(await page.locator(rows).count()).toBe(50);
    expect(await page.locator(`${rows} .path`).first().textContent()).toBe("f/many/job_0");
    await page.getByRole("link", { name: "Older" }).click();
    await page.getByText("Page 2").waitFor();
    await eventually(() => page.locator(`${rows} .path`).first().textContent()).toBe("f/many/job_50");
    await page.getByRole("link", { name: "Newer" }).click();
    await eventually(() => page.locator(`${rows} .path`).first().textContent()).toBe("f/many/job_0");
    expect(complaints).toEqual([]);
  });

  it("reaches the oldest run as fast as the newest", async () => {
    const { page } = await here.open("#/runs?page=401");
    await page.locator(rows).first().waitFor();
    expect(await page.locator(`${rows} .path`).allTextContents()).toEqual(["f/test/one"]);
    const times = await Promise.all(
      ["page=1", "page=400", "script_path_start=f/many/job_7"].map(async (query) => {
        const began = performance.now();
        await (await here.engine.api(`/w/{w}/jobs/list?has_null_parent=true&per_page=50&${query}`)).text();
        return performance.now() - began;
      }),
    );
    expect(Math.max(...times)).toBeLessThan(1000);
  });

  it("keeps its filters in the address", async () => {
    const { page } = await here.open("#/runs");
    await page.getByLabel("Filter by path").fill("f/many/job_10");
    await page.keyboard.press("Enter");
    await page.getByLabel("Filter by status").selectOption("Failed");
    await eventually(() => page.url()).toContain("#/runs?path=f%2Fmany%2Fjob_10&status=failed");
    await eventually(() => page.locator(`${rows} .chip`).first().textContent()).toBe("failed");
    expect(new Set(await page.locator(`${rows} .path`).allTextContents())).toEqual(new Set(["f/many/job_10"]));
    await page.getByLabel("Filter by status").selectOption("Queued or running");
    await page.getByText("No run is like this.").waitFor();
    await page.goBack();
    expect(await page.getByLabel("Filter by path").inputValue()).toBe("f/many/job_10");
  });

  it("shows a new run without being asked", async () => {
    const { page } = await here.open("#/runs");
    await page.locator(rows).first().waitFor();
    await here.engine.run("f/test/one");
    await eventually(() => page.locator(`${rows} .path`).first().textContent()).toBe("f/test/one");
  });
});
