import { beforeAll, expect, it } from "vitest";
import { main as ensureStorage } from "../../../../f/infra/storage/ensure_storage.ts";
import { provideBucket } from "../../../../f/lib/storage/bucket.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { HOSTILE_NAMES } from "../../../support/names.ts";
import { standInS3 } from "../../../support/s3.ts";

const db = testDatabase();
const store = standInS3();
const jobs = jobsEngine();
beforeAll(() => provideBucket({ s3: store.s3 }, { origins: [], keepDeletedDays: 30 }));

it("keeps a project's limits in its folder, with defaults for what is left out", async () => {
  const project = `my-${uniqueProject()}`;
  const made = await ensureStorage(project, undefined, [], store.s3, db);
  expect(made).toMatchObject({ prefix: `${project}/`, maxBytes: 104857600, status: "created" });
  const kept = await jobs.engine.api(`/w/{w}/resources/get/${made.resource}`);
  expect(await kept.json()).toMatchObject({
    resource_type: "run8n_storage",
    value: { prefix: made.prefix, maxBytes: made.maxBytes, types: made.types, locked: false },
  });
  expect(await ensureStorage(project, undefined, undefined, store.s3, db)).toMatchObject({ status: "unchanged" });
  expect(await ensureStorage(project, 10, ["image/png"], store.s3, db)).toMatchObject({ status: "updated" });
});

it("refuses every value that is no project name", async () => {
  for (const [what, value] of HOSTILE_NAMES) {
    const refused = ensureStorage(value as string, undefined, undefined, store.s3, db);
    await expect(refused, what).rejects.toMatchObject({ code: "invalid_input" });
  }
});
