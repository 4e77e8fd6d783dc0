import { describe, expect, inject, it } from "vitest";
import { main as dropSchema } from "../../../../f/infra/postgres/drop_schema.ts";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { main as applyResources } from "../../../../f/infra/projects/apply_resources.ts";
import { main as checkDrift } from "../../../../f/infra/projects/check_drift.ts";
import { main as deleteAccess } from "../../../../f/infra/projects/delete_access.ts";
import { main as deleteResources } from "../../../../f/infra/projects/delete_resources.ts";
import { main as dropResources } from "../../../../f/infra/projects/drop_resources.ts";
import { main as ensureAccess } from "../../../../f/infra/projects/ensure_access.ts";
import { main as ensureProject } from "../../../../f/infra/projects/ensure_project.ts";
import { main as getEnv } from "../../../../f/infra/projects/get_env.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { main as listAccess } from "../../../../f/infra/projects/list_access.ts";
import { main as listResources } from "../../../../f/infra/projects/list_resources.ts";
import { main as planProject } from "../../../../f/infra/projects/plan_project.ts";
import { main as reconcileProject } from "../../../../f/infra/projects/reconcile_project.ts";
import { main as restoreResources } from "../../../../f/infra/projects/restore_resources.ts";
import { main as updateSecrets } from "../../../../f/infra/projects/update_secrets.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase } from "../../../support/database.ts";
import { HOSTILE_NAMES } from "../../../support/names.ts";
import { catalogue } from "../../../support/project_roles.ts";

const db = testDatabase();
const { caddy } = inject("services");

const VERBS: Record<string, (project: string) => Promise<unknown>> = {
  ensure_schema: (project) => ensureSchema(project, undefined, undefined, db),
  drop_schema: (project) => dropSchema(project, project, undefined, db),
  ensure_project: (project) => ensureProject(project, "static", db, caddy),
  apply_resources: (name) =>
    applyResources(undefined, { name, template: "static" }, undefined, undefined, undefined, db),
  restore_resources: (project) => restoreResources(project, db),
  delete_resources: (project) => deleteResources(project, db),
  drop_resources: (project) => dropResources(project, project, db),
  list_resources: (project) => listResources(project, db),
  get_env: (project) => getEnv(project, db),
  update_secrets: (project) => updateSecrets(project, undefined, db),
  check_drift: (project) => checkDrift(project ?? "", db),
  reconcile_project: (project) => reconcileProject(project, undefined, db),
  plan_project: (project) => planProject(project, undefined, undefined, undefined, db),
  get_project: (project) => getProject(project, db),
  ensure_access: (project) => ensureAccess(project, "ci", ["get_project"], undefined, undefined, undefined, db),
  list_access: (project) => listAccess(project, undefined, db),
  delete_access: (project) => deleteAccess(project, "ci", undefined, db),
};

/** All of them end at the same check, which is tried with every value by itself; each verb gets another quarter. */
const SHARES = 4;

describe.each(Object.entries(VERBS).map(([verb, call], at) => ({ verb, call, share: at % SHARES })))("$verb", (one) => {
  const { call, share } = one;
  it("refuses what is no project name, does not repeat it, and changes nothing", async () => {
    const before = await withPostgres(db, catalogue);
    for (const [what, value] of HOSTILE_NAMES.filter((_, at) => at % SHARES === share)) {
      const failure = await call(value as string).catch((error: Error) => error);
      expect(failure, what).toMatchObject({ code: "invalid_input", status: 400, hint: expect.any(String) });
      const told = JSON.stringify({ ...(failure as Error), text: String(failure) });
      if (typeof value === "string" && value.length > 2) expect(told, what).not.toContain(value);
    }
    expect(await withPostgres(db, catalogue)).toBe(before);
  });
});
