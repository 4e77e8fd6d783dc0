import { describe, expect, it } from "vitest";
import { examineAccounts } from "../../../../scripts/cli/doctor/accounts.ts";
import { openWindmill } from "../../../../scripts/cli/windmill.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { keep } from "../../../support/workspace_items.ts";

const jobs = jobsEngine();
const windmill = () => openWindmill({ ...jobs.engine });
const answering = (answer: unknown) =>
  jobs.engine.deploy("f/infra/auth/check_settings", `export async function main() { ${answer} }`);
const checks = (...found: object[]) => `return ${JSON.stringify({ status: "ok", checks: found })}`;

describe("what doctor says of signing in", () => {
  it("is nothing where accounts are not used", async () => {
    expect(await examineAccounts(windmill())).toEqual([]);
    await answering(checks());
    expect(await examineAccounts(windmill())).toEqual([]);
    await keep(jobs.engine, { "f/infra/gotrue": {} });
  });

  it("is each finding of the workspace's own check, with what to do", async () => {
    await answering(
      checks(
        { name: "service key", status: "ok", detail: "fine" },
        { name: "sign-up", status: "warning", detail: "open", hint: "Close it." },
        { name: "redirects", status: "broken", detail: "loose", hint: "List them." },
      ),
    );
    expect(await examineAccounts(windmill())).toEqual([
      { area: "services", name: "sign-in service key", state: "ok", detail: "fine" },
      { area: "services", name: "sign-in sign-up", state: "warning", detail: "open", hint: "Close it." },
      { area: "services", name: "sign-in redirects", state: "broken", detail: "loose", hint: "List them." },
    ]);
  });

  it("is one line for a server that is down, and for a check that fails", async () => {
    const down = { status: "broken", detail: "GoTrue did not answer", hint: "Start it." };
    await answering(checks({ name: "service key", ...down }, { name: "redirects", ...down }));
    expect(await examineAccounts(windmill())).toMatchObject([{ name: "sign-in settings", state: "broken" }]);
    await answering('throw new Error("no")');
    expect(await examineAccounts(windmill())).toMatchObject([{ name: "sign-in settings", state: "broken" }]);
  });
});
