import { migrate } from "../db/migrate.ts";
import { push } from "../db/push.ts";
import { query } from "../db/query.ts";
import { snapshot } from "../db/snapshot.ts";
import { status } from "../db/status.ts";
import { projectActions } from "../project_actions.ts";

export const dbCommand = projectActions({
  name: "db",
  summary: "Work on a project's database",
  actions: { migrate, push, snapshot, status, query },
});
