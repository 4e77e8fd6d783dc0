import type { Doc } from "../store/items.ts";

/** An endpoint of the API as a tool, in the shape in which `list_tools` answers it. */
export type EndpointTool = {
  name: string;
  description: string;
  instructions: string;
  /** `/w/{workspace}/scripts/get/p/{path}` */
  path: string;
  method: "GET" | "POST" | "DELETE";
  path_params_schema: FieldSchema | null;
  query_params_schema: FieldSchema | null;
  body_schema: FieldSchema | null;
  query_field_renames: Record<string, string> | null;
  body_field_renames: Record<string, string> | null;
};

export type FieldSchema = {
  type: "object";
  properties?: Record<string, Doc>;
  required?: string[];
  description?: string;
  additionalProperties?: boolean;
};

/** Arguments by name; one whose name ends with `!` is required. */
type Fields = Record<string, Doc>;

/** The arguments of a script or flow themselves, whatever they are. */
export const ITEM_ARGUMENTS: FieldSchema = {
  type: "object",
  description: "The arguments to pass to the script or flow",
  additionalProperties: true,
};

/** A text whose name in the path is taken is sent under its own name: `path__body` becomes `path`. */
const MOVED = "path__body";

export function endpoint(
  name: string,
  route: `${EndpointTool["method"]} ${string}`,
  description: string,
  { query, body, instructions = "" }: { query?: Fields; body?: Fields | FieldSchema; instructions?: string } = {},
): EndpointTool {
  const [method, path = ""] = route.split(" ");
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one as string);
  const bodySchema = body === ITEM_ARGUMENTS ? ITEM_ARGUMENTS : body && fields(body as Fields);
  return {
    name,
    description,
    instructions,
    path: `/w/{workspace}${path}`,
    method: method as EndpointTool["method"],
    path_params_schema: inPath.length > 0 ? fields(Object.fromEntries(inPath.map((one) => [`${one}!`, text()]))) : null,
    query_params_schema: query ? fields(query) : null,
    body_schema: bodySchema ?? null,
    query_field_renames: null,
    body_field_renames: body && MOVED in body ? { [MOVED]: "path" } : null,
  };
}

function fields(declared: Fields): FieldSchema {
  const names = Object.keys(declared);
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(declared).map(([name, one]) => [name.replace("!", ""), one])),
    required: names.filter((name) => name.endsWith("!")).map((name) => name.slice(0, -1)),
  };
}

const typed =
  (type: string) =>
  (description?: string): Doc => ({ type, ...(description ? { description } : {}) });

export const text = typed("string");
export const flag = typed("boolean");
export const whole = typed("integer");
export const object = typed("object");
