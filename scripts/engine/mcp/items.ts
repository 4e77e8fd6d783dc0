import type { Tool } from "@modelcontextprotocol/server";
import type { Engine } from "../engine.ts";
import { isLibrary } from "../parser.ts";
import type { Doc } from "../store/items.ts";
import { internalError } from "./failure.ts";
import { type ItemKind, parseToolName, toolName } from "./names.ts";
import { withResources } from "./resources.ts";
import { compatible, type InputSchema, inputSchemaOf, withArgumentNames } from "./schema.ts";
import { isAllowed, isGranular, type McpScopes } from "./scopes.ts";

/** A script or flow that can be a tool. */
export type Item = { kind: ItemKind; path: string; doc: Doc; changedAt: Date; seq: number };

/** Windmill lists no more than this many scripts and this many flows, the oldest ones first. */
const MAX_LISTED = 100;

/** The tools of the scripts and flows that a token may see. */
export const itemTools = (engine: Engine, scopes: McpScopes): Tool[] =>
  (["script", "flow"] as const)
    .flatMap((kind) =>
      itemsOf(engine, kind)
        .filter(({ path }) => (isGranular(scopes) ? isAllowed(scopes, kind, path) : !scopes.favorites))
        .sort((one, other) => one.changedAt.getTime() - other.changedAt.getTime() || one.seq - other.seq)
        .slice(0, MAX_LISTED),
    )
    .map((item) => toTool(item, engine));

/** The script or flow that a tool's name stands for, provided that the token may run it. */
export function itemOf(name: string, engine: Engine, scopes: McpScopes): Item {
  const { kind, path } = resolve(name, engine);
  if (isGranular(scopes) && !isAllowed(scopes, kind, path))
    throw internalError(`Access denied: ${kind} '${path}' not in token scope`);
  const item = itemsOf(engine, kind, { libraries: true }).find((one) => one.path === path);
  if (!item)
    throw internalError(
      "failed to fetch item schema: no rows returned by a query that expected to return at least one row",
    );
  return item;
}

function resolve(name: string, engine: Engine): { kind: ItemKind; path: string } {
  if (/^hs-/i.test(name)) throw internalError(`the local engine does not serve scripts of the Hub such as ${name}`);
  const parsed = parseToolName(name);
  if (!parsed) throw internalError(`Failed to parse tool name: Invalid tool name prefix: ${name}`);
  const { kind, path = itemsOf(engine, kind).find((item) => toolName(kind, item.path) === name)?.path } = parsed;
  if (path === undefined) throw internalError(`No ${kind} found matching hashed tool name '${name}'`);
  return { kind, path };
}

function itemsOf({ scripts, items }: Engine, kind: ItemKind, { libraries = false } = {}): Item[] {
  if (kind === "flow")
    return items
      .list("flow")
      .filter(({ doc }) => doc.archived !== true)
      .map(({ path, doc, editedAt }) => ({ kind, path, doc, changedAt: editedAt, seq: 0 }));
  return scripts
    .list()
    .filter(({ hash, content }) => libraries || !isLibraryVersion(hash, content))
    .map(({ path, doc, createdAt, seq }) => ({ kind, path, doc, changedAt: createdAt, seq }));
}

const libraryVersions = new Map<string, boolean>();

/** A version never changes, so its code is parsed once. */
function isLibraryVersion(hash: string, content: string): boolean {
  const known = libraryVersions.get(hash) ?? isLibrary(content);
  libraryVersions.set(hash, known);
  return known;
}

function toTool({ kind, path, doc }: Item, engine: Engine): Tool {
  const summary = textOf(doc.summary) ?? "No summary";
  const inputSchema = compatible(withResources(withArgumentNames(inputSchemaOf(doc.schema)), engine));
  const about = `This is a ${kind} named \`${summary}\` with the following description: \`${textOf(doc.description) ?? "No description"}\`.`;
  const title = summary === "No summary" ? path : summary;
  return {
    name: toolName(kind, path),
    title,
    description: about + optionalHint(inputSchema),
    inputSchema: inputSchema as Tool["inputSchema"],
    annotations: { title, readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  };
}

/** Models like to fill in every argument that they are shown, so the description says which ones to leave out. */
function optionalHint({ properties, required }: InputSchema): string {
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  if (optional.length === 0) return "";
  const names = optional.sort().map((name) => `\`${name}\``);
  return (
    ` Optional parameters: ${names.join(", ")}. Omit any you were not given a value for rather than sending` +
    ' `""`, `[]`, `{}`, `false`, or `0` as a placeholder.'
  );
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
