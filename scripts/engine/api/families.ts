import { get, type Route } from "../router.ts";
import { checkTrigger } from "../triggers/check.ts";
import { json } from "./answers.ts";
import { type ItemFamily, itemRoutes } from "./items.ts";

const folder: ItemFamily = {
  kind: "folder",
  base: "/folders",
  noun: "Folder",
  key: "name",
  createStatus: 200,
  defaults: { summary: null, display_name: "", extra_perms: {}, owners: [] },
};

const resourceType: ItemFamily = {
  kind: "resource_type",
  base: "/resources/type",
  noun: "Resource type",
  key: "name",
};

const resource: ItemFamily = {
  kind: "resource",
  base: "/resources",
  noun: "Resource",
  required: ["resource_type"],
  defaults: { description: "", extra_perms: {}, is_oauth: false },
};

const httpTrigger: ItemFamily = {
  kind: "http_trigger",
  base: "/http_triggers",
  noun: "HTTP trigger",
  required: ["script_path", "is_flow", "route_path", "authentication_method", "http_method", "is_static_website"],
  check: (doc, { engine }, path) => checkTrigger(engine, path, doc),
};

export const familyRoutes: Route[] = [
  ...itemRoutes(folder),
  ...itemRoutes(resourceType),
  ...itemRoutes(httpTrigger),
  get("/folders/listnames", ({ engine }) => json(engine.items.list("folder").map(({ path }) => path))),
  get("/resources/type/listnames", ({ engine }) => json(engine.items.list("resource_type").map(({ path }) => path))),
  get("/resources/file_resource_type_to_file_ext_map", () => json({})),
];

export { resource as resourceFamily };
