import { createHash } from "node:crypto";

/**
 * Something of ours that lives in a Windmill workspace under a path: a script, a flow, a schedule, a trigger. The key
 * is its kind and path, because a script and a flow may share a path.
 */
export type Item = { key: string; content: string | Record<string, unknown> };

/** How an item looked when we pushed it. Windmill adds fields of its own, so objects are compared on ours only. */
export type Mark = { hash: string; keys?: string[] };

export function markOf({ content }: Item, keys?: string[]): Mark {
  if (typeof content === "string") return { hash: sha256(content) };
  const ours = keys ?? Object.keys(content).sort();
  const known = Object.fromEntries(Object.entries(content).filter(([name]) => ours.includes(name)));
  return { hash: sha256(canonical(known)), keys: ours };
}

/** Whether the item, as it is now, still is what the mark was taken of. */
export const matches = (item: Item, mark: Mark | undefined): boolean =>
  mark !== undefined && markOf(item, mark.keys ?? []).hash === mark.hash;

export const kindOf = (key: string): string => key.slice(0, key.indexOf(":"));
export const pathOf = (key: string): string => key.slice(key.indexOf(":") + 1);

/** Groups files, named as `wmill` names them on disk or in its archive, into items. Other kinds of files are left out. */
export function itemsOf(files: ReadonlyMap<string, string>, parse: (text: string) => unknown): Map<string, Item> {
  const items = new Map<string, Item>();
  const put = (kind: string, path: string, content: Item["content"]) =>
    items.set(`${kind}:${path}`, { key: `${kind}:${path}`, content });
  for (const [file, text] of files) {
    const flow = /^(.*?)(?:__flow\/flow|\.flow)\.(?:yaml|json)$/.exec(file);
    const object = /^(.*)\.(schedule|[a-z]+_trigger)\.(?:yaml|json)$/.exec(file);
    if (flow?.[1])
      put(
        "flow",
        flow[1],
        inlined(asObject(parse(text)), (name) => files.get(`${flow[1]}__flow/${name}`)),
      );
    else if (object?.[1] && object[2]) put(object[2], object[1], asObject(parse(text)));
    else if (isCode(file)) put("script", file.replace(/\.[^/]*$/, ""), text);
  }
  return items;
}

const CODE = /\.(ts|js|py|go|sh|sql|gql|ps1|php|rs|cs|nu|java|rb|r)$/;

const isCode = (file: string) =>
  CODE.test(file) && !/(__flow|\.flow|__app|\.app|__raw_app|\.raw_app|__mod)\//.test(file);

const asObject = (value: unknown) =>
  (typeof value === "object" && value !== null ? { ...value } : {}) as Record<string, unknown>;

/** On disk a flow's inline code lies in files beside it. */
function inlined(value: Record<string, unknown>, read: (name: string) => string | undefined): Record<string, unknown> {
  const replaced = (one: unknown): unknown => {
    if (typeof one === "string") return one.startsWith("!inline ") ? (read(one.slice(8)) ?? one) : one;
    if (Array.isArray(one)) return one.map(replaced);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, replaced(inner)]));
  };
  return replaced(value) as Record<string, unknown>;
}

/** The same text for the same meaning: keys sorted, and what a server fills in for "nothing" left out. */
export function canonical(value: unknown): string {
  return JSON.stringify(reduced(value)) ?? "";
}

function reduced(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? value.map((one) => reduced(one) ?? null) : undefined;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, inner]) => [name, reduced(inner)] as const);
    const kept = entries.filter(([, inner]) => inner !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    return kept.length > 0 ? Object.fromEntries(kept) : undefined;
  }
  return value === null || value === false || value === "" ? undefined : value;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
