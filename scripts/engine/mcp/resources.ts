import type { Engine } from "../engine.ts";
import type { Doc } from "../store/items.ts";
import { type InputSchema, mapSchema } from "./schema.ts";

/**
 * Arguments that take a resource become texts whose description lists the paths to choose from; what the author wrote
 * about the argument gives way to it, as on Windmill. The line breaks are Windmill's: a backslash and an `n`.
 */
export function withResources(schema: InputSchema, engine: Pick<Engine, "items">): InputSchema {
  return mapSchema(schema, (node) => {
    const type = resourceTypeOf(node);
    if (type === undefined) return node;
    const { format: _format, resourceType: _type, ...rest } = node;
    return { ...rest, type: "string", description: describe(type, engine) };
  }) as InputSchema;
}

/** The two ways in which a schema names a resource type: an argument's, and a list's elements'. */
function resourceTypeOf({ type, format, resourceType }: Doc): string | undefined {
  if (typeof format === "string" && format.startsWith("resource-")) return format.slice("resource-".length);
  return type === "resource" && typeof resourceType === "string" ? resourceType : undefined;
}

function describe(type: string, { items }: Pick<Engine, "items">): string {
  const known = items.find("resource_type", type);
  const there = items.list("resource").filter(({ doc }) => doc.resource_type === type);
  const about = known
    ? `This is a resource named \`${type}\` with the following description: \`${known.doc.description ?? "No description"}\`.` +
      `\\nThe path of the resource should be used to specify the resource.\\n${countOf(there.length)}`
    : "An object parameter.";
  if (there.length === 0) return about;
  const lines = there.map(({ path, doc }) => `${doc.description ?? "No title"}: $res:${path}`);
  return (
    `${about}\\nHere are the available resources, in the format title:path. Title can be empty.` +
    ` Path should be used to specify the resource:\\n${lines.join("\\n")}`
  );
}

function countOf(resources: number): string {
  if (resources === 1) return "There is 1 resource available.";
  return resources === 0
    ? "This resource does not have any available instances, you should create one from your windmill workspace."
    : "This resource has multiple available instances, you should precisely select the one you want to use.";
}
