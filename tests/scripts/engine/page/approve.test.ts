import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faintTexts } from "../../../support/contrast.ts";
import { eventually, type Visit, visit } from "./browser.ts";

const URLS = `import { getResumeUrls } from "windmill-client";
  export async function main() { return [await getResumeUrls("ada"), await getResumeUrls("bob")]; }`;
const FORM = { schema: { properties: { comment: { type: "string" } }, required: ["comment"] } };
const raw = (id: string, content: string, more = {}, transforms = {}) => ({
  id,
  value: { type: "rawscript", language: "bun", content, input_transforms: transforms },
  ...more,
});

let here: Visit;
let made = 0;
beforeAll(async () => {
  here = await visit();
});
afterAll(() => here?.close());

type Urls = { approvalPage: string };
/** A flow that waits after its first step, and the pages of its two approvers. */
async function waiting(suspend: Record<string, unknown>) {
  const path = `f/test/asks_${made++}`;
  const said = { said: { type: "javascript", expr: "resumes" } };
  const modules = [
    raw("ask", URLS, { suspend }),
    raw("done", "export function main(said: unknown) { return said }", {}, said),
  ];
  await here.engine.create("flows", { path, summary: "", description: "", value: { modules }, schema: {} });
  const id = await here.start("f", path);
  type Job = { flow_status?: { modules: { type: string }[] } };
  await eventually(async () => ((await here.job(id)) as Job).flow_status?.modules[1]?.type).toBe("WaitingForEvents");
  const urls = (await (await here.engine.api(`/w/{w}/jobs/result_by_id/${id}/ask`)).json()) as [Urls, Urls];
  return { id, path, pages: urls.map(({ approvalPage }) => approvalPage) as [string, string] };
}

describe("the page behind an approval link", () => {
  it("asks whoever opens it, without a token, and hands on what is filled in", async () => {
    const { id, path, pages } = await waiting({ required_events: 1, resume_form: FORM });
    const { page, complaints } = await here.tab();
    await page.goto(pages[0]);
    await page.getByRole("heading", { name: path }).waitFor();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("This is required.").waitFor();
    await page.getByLabel("comment").fill("looks good");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("The flow has ended well.").waitFor();
    expect(await here.job(id)).toMatchObject({ success: true, result: [{ comment: "looks good" }] });
    expect(complaints).toEqual([]);
  });

  it("takes a no", async () => {
    const { id, pages } = await waiting({ required_events: 1 });
    const { page } = await here.tab();
    await page.goto(pages[1]);
    await page.getByRole("button", { name: "Disapprove" }).click();
    await page.getByText("The flow has ended, and not well.").waitFor();
    expect(await here.job(id)).toMatchObject({ result: { error: { message: "Disapproved by bob" } } });
  });

  it("offers no no when the step says so", async () => {
    const { pages } = await waiting({ required_events: 1, hide_cancel: true });
    const { page } = await here.tab();
    await page.goto(pages[0]);
    await page.getByRole("button", { name: "Approve", exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Disapprove" }).count()).toBe(0);
  });

  it("of one approver says that it was used while the flow waits for the other", async () => {
    const { id, pages } = await waiting({ required_events: 2 });
    for (const [index, url] of pages.entries()) {
      const { page } = await here.tab();
      await page.goto(url);
      await page.getByRole("button", { name: "Approve", exact: true }).click();
      await page.getByText(index === 0 ? "This link has been used." : "The flow has ended well.").waitFor();
    }
    expect(await here.job(id)).toMatchObject({ success: true, result: [null, null] });
  });

  it("shows nothing to whoever changed the link", async () => {
    const { path, pages } = await waiting({ required_events: 1 });
    const { page } = await here.tab();
    await page.goto(pages[0].replace("approver=ada", "approver=eve"));
    await page.getByRole("alert").getByText("Invalid signature").waitFor();
    expect(await page.textContent("body")).not.toContain(path);
    expect((await fetch(pages[0].replace(/[0-9a-f]{64}/, "x"))).status).toBe(404);
  });

  it.each(["light", "dark"] as const)("fits a phone and a screen in %s, and can be read", async (colorScheme) => {
    const { pages } = await waiting({ required_events: 1, resume_form: FORM });
    const { page } = await here.tab({ viewport: { width: 320, height: 640 }, colorScheme });
    await page.goto(pages[0]);
    await page.getByLabel("comment").waitFor();
    for (const width of [1440, 320]) {
      await page.setViewportSize({ width, height: 640 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    expect(await page.evaluate(faintTexts)).toEqual([]);
  });
});
