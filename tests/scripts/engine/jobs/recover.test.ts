import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Job } from "../../../../scripts/engine/jobs/job.ts";
import { type RecoverParts, recover } from "../../../../scripts/engine/jobs/recover.ts";

const dataDir = mkdtempSync(join(tmpdir(), "run8n-recover-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** What becomes of a job that was started this often when its engine died: its log, and how it ended. */
function afterCrash(attempts: number) {
  const job = { id: "j", kind: "script", attempts, startedAt: new Date(0) } as unknown as Job;
  const seen = { log: "", requeued: false, end: undefined as unknown };
  recover({
    dataDir,
    jobs: {
      running: () => [job],
      find: () => job,
      pidOf: () => undefined,
      requeue() {
        seen.requeued = true;
      },
      end(_id: string, end: unknown) {
        seen.end = end;
        return true;
      },
    },
    logs: {
      follow() {},
      keep() {},
      append(_id: string, text: string) {
        seen.log += text;
      },
    },
  } as unknown as RecoverParts);
  return seen;
}

it.each([1, 2, 3])("a job that was started %i times starts again, and its log counts that", (attempts) => {
  const { log, requeued, end } = afterCrash(attempts);
  expect({ requeued, end }).toEqual({ requeued: true, end: undefined });
  expect(log).toContain(
    `Restarted job after not receiving job's ping for too long the last ping at 1970-01-01T00:00:00.000Z (${attempts}/3 attempts)`,
  );
});

it("a job that was started four times fails, and says so", () => {
  const { log, requeued, end } = afterCrash(4);
  expect(requeued).toBe(false);
  expect(end).toMatchObject({ success: false, result: { error: { name: "ExecutionErr" } } });
  expect(log).toContain("all 3 restart attempts failed");
});
