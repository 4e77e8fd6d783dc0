import { notFound } from "../errors.ts";
import { type Call, get, post, type Route } from "../router.ts";
import type { Item } from "../store/items.ts";
import { json, pageOf, readDoc, text } from "./answers.ts";
import { resourceFamily } from "./families.ts";
import { answerOf, itemRoutes } from "./items.ts";

export const resourceRoutes: Route[] = [
  get("/resources/get_value_interpolated/*path", (call) => {
    const { path } = find(call);
    return json(call.engine.resourceValue(path));
  }),
  get("/resources/get_value/*path", (call) => json(find(call).doc.value)),
  get("/resources/list", ({ engine, query, ...call }) => {
    const types = query.get("resource_type")?.split(",");
    const except = query.get("resource_type_exclude")?.split(",");
    const items = engine.items
      .list("resource")
      .filter(({ doc }) => !types || types.includes(String(doc.resource_type)))
      .filter(({ doc }) => !except?.includes(String(doc.resource_type)))
      .filter(({ path }) => path.startsWith(query.get("path_start") ?? ""));
    const { limit, offset } = pageOf({ engine, query, ...call });
    const page = items.slice(offset, offset + limit);
    return json(page.map((item) => answerOf(item, { engine, query, ...call }, resourceFamily)));
  }),
  post("/resources/update_value/*path", async (call) => {
    const item = find(call);
    const { value } = await readDoc(call);
    call.engine.items.replace("resource", item.path, { ...item.doc, value: value ?? null }, call.caller.username);
    return text(`value of resource ${item.path} updated`);
  }),
  ...itemRoutes(resourceFamily),
];

function find({ engine, params }: Call): Item {
  const item = engine.items.find("resource", params.path as string);
  if (!item) throw notFound(`Resource ${params.path} not found`);
  return item;
}
