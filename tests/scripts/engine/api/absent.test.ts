import { afterAll, beforeAll, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** One endpoint of each of the parts of Windmill that the README calls absent. */
it.each([
  ["GET", "/w/windmill_automations/apps/list"],
  ["POST", "/w/windmill_automations/scripts/create_snapshot"],
  ["GET", "/w/windmill_automations/workspace_dependencies/list"],
  ["GET", "/w/windmill_automations/kafka_triggers/list"],
  ["GET", "/w/windmill_automations/users/list"],
  ["GET", "/w/windmill_automations/groups/list"],
  ["GET", "/w/windmill_automations/acls/get/script/f/a/b"],
  ["GET", "/w/windmill_automations/audit/list"],
  ["GET", "/w/windmill_automations/job_metrics/get/0190b5d4-0000-7000-8000-000000000000"],
  ["GET", "/srch/w/windmill_automations/index/search/job"],
  ["GET", "/w/windmill_automations/oauth/list"],
  ["POST", "/w/windmill_automations/schedules/setdefaulthandler"],
  ["POST", "/w/windmill_automations/workspaces/edit_success_handler"],
  ["POST", "/w/windmill_automations/workspaces/edit_slack_command"],
  ["GET", "/scripts/hub/list"],
  ["GET", "/settings/global/secret_backend"],
  ["POST", "/mcp/gateway"],
  ["POST", "/mcp/oauth/server/register"],
  ["POST", "/w/windmill_automations/flow_conversations/create"],
])("%s %s is refused by name", async (method, path) => {
  const answer = await engine.api(path, method === "POST" ? { method, body: "{}" } : {});
  expect([answer.status, await answer.text()]).toEqual([
    404,
    `Not found: the local engine does not serve ${method} /api${path}`,
  ]);
});
