import { afterEach, describe, expect, it, vi } from "vitest";
import { currentJob } from "../../../../f/lib/windmill/job.ts";

afterEach(() => vi.unstubAllEnvs());

describe("currentJob", () => {
  it("is what Windmill tells the job", () => {
    vi.stubEnv("WM_JOB_ID", "0190-job");
    vi.stubEnv("WM_USERNAME", "ada");
    expect(currentJob()).toEqual({ id: "0190-job", actor: "ada" });
  });

  it.each([undefined, ""])("says so when there is none: %j", (nothing) => {
    vi.stubEnv("WM_JOB_ID", nothing);
    vi.stubEnv("WM_USERNAME", nothing);
    expect(currentJob()).toEqual({ id: "no-job", actor: "local" });
  });
});
