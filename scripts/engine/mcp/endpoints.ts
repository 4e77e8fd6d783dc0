import { type EndpointTool, endpoint, flag, ITEM_ARGUMENTS, object, text, whole } from "./endpoint.ts";

const PAGE = {
  page: whole("which page to return (start at 1, default 1)"),
  per_page: whole("number of items to return for a given page"),
};
const PREFIX = { path_start: text("only paths that begin like this") };
const MOVE = { path__body: text("Defaults to `path` when omitted; set it only to change the path.") };
const EXAMINE = (item: string) =>
  `You should first use get${item}ByPath to retrieve the ${item.toLowerCase()}'s schema and understand what arguments are expected.`;
const LANGUAGE = text("Possible values: bun, bunnative, nativets, deno");

const VARIABLE = {
  path: text("The path to the variable"),
  value: text("The value of the variable"),
  is_secret: flag("Whether the variable is a secret"),
  description: text("The description of the variable"),
};
const RESOURCE = {
  path: text("The path to the resource"),
  value: object(),
  description: text("The description of the resource"),
  resource_type: text("The resource_type associated with the resource"),
};
const FLOW = {
  "summary!": text("Short description of what this flow does"),
  description: text("Detailed documentation for this flow"),
  "value!": object(),
  schema: object(),
  tag: text(),
};
const SCHEDULE = {
  "schedule!": text("Cron expression with 6 fields, seconds first: '0 0 12 * * *' for daily at noon"),
  "timezone!": text("IANA timezone, such as 'Europe/Paris'"),
  "args!": object("The arguments to pass to the script or flow"),
  no_flow_overlap: flag("If true, skip a run while the previous one is still in progress"),
  on_failure: text("Path to a script or flow to run when the scheduled job fails, with `script/` or `flow/` before it"),
  summary: text("Short summary of the purpose of this schedule"),
  description: text("Detailed description of what this schedule does"),
};
const JOBS = {
  order_desc: flag("newest first (default true)"),
  created_by: text("only jobs that this user started"),
  parent_job: text("only jobs that this job started"),
  script_path_exact: text("only jobs of exactly this path"),
  script_path_start: text("only jobs whose path begins like this"),
  job_kinds: text("only these kinds, separated by commas, such as 'script,flow'"),
  success: flag("only jobs that succeeded, or only those that failed"),
  running: flag("only jobs that run, or only those that do not"),
  ...PAGE,
};

/** The endpoint tools of Windmill whose endpoints this engine has, with those arguments that it obeys. */
export const ENDPOINTS: EndpointTool[] = [
  endpoint("createVariable", "POST /variables/create", "create variable", {
    body: {
      "path!": VARIABLE.path,
      "value!": VARIABLE.value,
      "is_secret!": VARIABLE.is_secret,
      "description!": VARIABLE.description,
    },
  }),
  endpoint("deleteVariable", "DELETE /variables/delete/{path}", "delete variable"),
  endpoint("updateVariable", "POST /variables/update/{path}", "update variable", {
    body: { value: VARIABLE.value, is_secret: VARIABLE.is_secret, description: VARIABLE.description, ...MOVE },
  }),
  endpoint("getVariable", "GET /variables/get/{path}", "get variable", {
    query: {
      decrypt_secret: flag("ask to decrypt secret if this variable is secret (default true)"),
      include_encrypted: flag("ask to include the encrypted value of a secret that is not decrypted (default false)"),
    },
  }),
  endpoint("listVariable", "GET /variables/list", "list variables", { query: PAGE }),
  endpoint("createResource", "POST /resources/create", "create resource", {
    query: { update_if_exists: flag("update the resource if it already exists (default false)") },
    body: {
      "path!": RESOURCE.path,
      "value!": RESOURCE.value,
      description: RESOURCE.description,
      "resource_type!": RESOURCE.resource_type,
    },
  }),
  endpoint("deleteResource", "DELETE /resources/delete/{path}", "delete resource"),
  endpoint("updateResource", "POST /resources/update/{path}", "update resource", {
    body: {
      description: RESOURCE.description,
      value: RESOURCE.value,
      resource_type: RESOURCE.resource_type,
      ...MOVE,
    },
  }),
  endpoint("getResource", "GET /resources/get/{path}", "get resource"),
  endpoint("listResource", "GET /resources/list", "list resources", {
    query: {
      resource_type: text("resource_types to list from, separated by ','"),
      resource_type_exclude: text("resource_types to not list from, separated by ','"),
    },
  }),
  endpoint("listResourceType", "GET /resources/type/list", "list resource_types"),
  endpoint("listScripts", "GET /scripts/list", "list all scripts", {
    query: { ...PREFIX, show_archived: flag("(default false) show only the archived files"), ...PAGE },
  }),
  endpoint(
    "createScript",
    "POST /scripts/create",
    "create script: Creates a new script when the path does not already exist. Creates a new version of an existing script when called with the same path and the current `parent_hash`",
    {
      body: {
        "path!": text(),
        parent_hash: text("to update a script, its current `hash` as getScriptByPath answers it"),
        "summary!": text(),
        description: text(),
        "content!": text("the source code"),
        "language!": LANGUAGE,
        kind: text("Possible values: script, failure, trigger, command, approval, preprocessor"),
        tag: text(),
      },
    },
  ),
  endpoint("getScriptByPath", "GET /scripts/get/p/{path}", "get script by path"),
  endpoint("runScriptByPath", "POST /jobs/run/p/{path}", "run script by path", {
    body: ITEM_ARGUMENTS,
    instructions: EXAMINE("Script"),
  }),
  endpoint("listFlows", "GET /flows/list", "list all flows", { query: { ...PREFIX, ...PAGE } }),
  endpoint("getFlowByPath", "GET /flows/get/{path}", "get flow by path"),
  endpoint("createFlow", "POST /flows/create", "create flow", { body: { ...FLOW, "path!": text() } }),
  endpoint("updateFlow", "POST /flows/update/{path}", "update flow", { body: { ...FLOW, ...MOVE } }),
  endpoint("deleteFlowByPath", "DELETE /flows/delete/{path}", "delete flow by path"),
  endpoint("runFlowByPath", "POST /jobs/run/f/{path}", "run flow by path", {
    body: ITEM_ARGUMENTS,
    instructions: EXAMINE("Flow"),
  }),
  endpoint(
    "runScriptPreviewAndWaitResult",
    "POST /jobs/run_wait_result/preview",
    "run script preview and wait for result",
    {
      body: {
        "content!": text("The code to run"),
        path: text("The path to the script"),
        "args!": object("The arguments to pass to the script or flow"),
        "language!": LANGUAGE,
        lock: text(),
      },
      instructions: "Allows testing a script before deploying it. By default, send bun as the language.",
    },
  ),
  endpoint("listQueue", "GET /jobs/queue/list", "list all queued jobs", { query: JOBS }),
  endpoint("listJobs", "GET /jobs/list", "list all jobs", {
    query: {
      ...JOBS,
      created_before: text("only jobs created before this time"),
      created_after: text("only jobs created after this time"),
      has_null_parent: flag("only jobs that no other job started"),
    },
  }),
  endpoint("getJob", "GET /jobs_u/get/{id}", "get job"),
  endpoint("getJobLogs", "GET /jobs_u/get_logs/{id}", "get job logs"),
  endpoint("createSchedule", "POST /schedules/create", "create schedule", {
    body: {
      "path!": text("The path of the schedule: `u/<user>/<path>` or `f/<folder>/<path>`"),
      "script_path!": text("Path to the script or flow to run"),
      "is_flow!": flag("True if script_path points to a flow"),
      enabled: flag("Whether the schedule is active"),
      ...SCHEDULE,
    },
  }),
  endpoint("updateSchedule", "POST /schedules/update/{path}", "update schedule", { body: SCHEDULE }),
  endpoint("deleteSchedule", "DELETE /schedules/delete/{path}", "delete schedule"),
  endpoint("getSchedule", "GET /schedules/get/{path}", "get schedule"),
  endpoint("listSchedules", "GET /schedules/list", "list schedules", { query: { ...PREFIX, ...PAGE } }),
];

/** Windmill's other endpoint tools; they are refused by name. */
export const ABSENT_ENDPOINTS = [
  "searchDocs",
  "readDocsPage",
  "queryDocumentation",
  "updateScript",
  "deleteScriptByHash",
  "deleteScriptByPath",
  "createApp",
  "updateApp",
  "listWorkers",
];
