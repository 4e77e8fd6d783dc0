import { badRequest, notFound } from "../errors.ts";
import { type Call, get, type Route } from "../router.ts";
import { checkScope } from "../scopes.ts";
import type { FlowVersion } from "../store/flow_versions.ts";
import { json } from "./answers.ts";
import { answerOf, type ItemFamily, itemRoutes } from "./items.ts";

const family: ItemFamily = {
  kind: "flow",
  base: "/flows",
  noun: "Flow",
  required: ["value"],
  deletesTwice: true,
  drop: ["deployment_message", "preserve_on_behalf_of"],
  check(doc, _call, path) {
    const modules = (doc.value as { modules?: unknown } | undefined)?.modules;
    if (!Array.isArray(modules)) throw badRequest(`the value of flow ${path} has no modules`);
  },
  defaults: { archived: false, extra_perms: {} },
};

export const flowRoutes: Route[] = [
  get("/flows/history/p/*path", ({ engine, params }) =>
    json(
      engine.flowVersions
        .of(params.path as string)
        .map(({ id, createdAt }) => ({ id, created_at: createdAt.toISOString(), deployment_msg: null })),
    ),
  ),
  get("/flows/get/v/:version", (call) => json(versionAnswer(call))),
  get("/flows/get/v/:version/p/*path", (call) => json(versionAnswer(call))),
  ...itemRoutes(family),
];

function versionAnswer(call: Call): Record<string, unknown> {
  const { path, doc, createdBy, createdAt, id } = versionOf(call);
  const item = { path, doc, version: id, createdBy, createdAt, editedBy: createdBy, editedAt: createdAt };
  return { ...answerOf(item, call, family), version_id: id };
}

function versionOf({ engine, params, caller }: Call): FlowVersion {
  const version = engine.flowVersions.find(Number(params.version));
  if (!version || (params.path !== undefined && version.path !== params.path))
    throw notFound(`Flow version ${params.version} not found`);
  checkScope(caller.scopes, `flows:read:${version.path}`);
  return version;
}
