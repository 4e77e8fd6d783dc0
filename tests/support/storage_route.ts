import { beforeAll } from "vitest";
import { provideBucket } from "../../f/lib/storage/bucket.ts";
import { storageFor } from "../../f/lib/storage/project.ts";
import { accountsRoute } from "./accounts.ts";
import { standInS3 } from "./s3.ts";
import { keep } from "./workspace_items.ts";

/** A project with accounts and storage, and the storage routes on an engine of the test file's own. */
export function storageRoute() {
  const store = standInS3();
  const world = accountsRoute();
  beforeAll(async () => {
    await provideBucket({ s3: store.s3 }, { origins: [world.origin], keepDeletedDays: 30 });
    await keep(world.engine(), {
      "f/infra/storage": store.s3,
      [`f/project_${world.schema}/storage`]: storageFor(world.project, { types: ["image/*"] }),
    });
  });
  return { ...world, s3: () => store.s3, files: `apps/${world.project}/storage` };
}
