import { type Doc, docOfLibrary, docOfMain } from "./doc.ts";
import type { Problem } from "./files.ts";
import { argumentProblems, type Schema, schemaOf } from "./schema.ts";
import { signatureOf } from "./signature.ts";
import { pulledYaml } from "./yaml.ts";

/** What Windmill keeps of a script besides its code and lock. */
export type Script = {
  /** The Windmill path: `f/infra/postgres/ensure_schema`. */
  path: string;
  summary: string;
  description: string;
  library: boolean;
  schema: Schema;
  hasPreprocessor: boolean;
  settings: Record<string, number | string>;
};

/** Doc comment tags that set something on the Windmill script; the first three are in seconds. */
const SETTINGS: Record<string, (text: string) => number | string | undefined> = {
  timeout: wholeNumber,
  delete_after_secs: wholeNumber,
  cache_ttl: wholeNumber,
  tag: (text) => text || undefined,
};

/** Tags whose text belongs to the description, under the word in front of it. */
const PROSE: Record<string, string> = { returns: "Returns", throws: "Throws" };

/** Reads a source file below `f/`. Problems name the file and, where one is meant, the argument. */
export function readScript(file: string, code: string): { script?: Script; problems: Problem[] } {
  const signature = signatureOf(code);
  if (!signature) return { problems: [{ file, message: "Windmill cannot parse this file" }] };
  const { args, library, hasPreprocessor } = signature;
  const doc = (library ? docOfLibrary(code) : docOfMain(code)) ?? noDoc();
  const where = library ? "the file has no doc comment at its top level" : "main has no doc comment right before it";
  const problems: Problem[] = [
    ...(doc.summary ? [] : [{ file, message: `${where}, or it does not begin with a sentence` }]),
    ...(library ? [] : argumentProblems(file, args, doc.params)),
  ];
  const settings: Script["settings"] = {};
  const prose = [doc.description];
  for (const { name, text } of library ? [] : doc.tags) {
    const value = SETTINGS[name]?.(text);
    if (PROSE[name]) prose.push(`${PROSE[name]} ${text}`);
    else if (value !== undefined) settings[name] = value;
    else
      problems.push({ file, message: `@${name} is not a tag that Windmill has a setting for, or its value is wrong` });
  }
  const description = prose.filter(Boolean).join("\n\n");
  const schema = schemaOf(args, doc.params);
  const script = {
    path: windmillPath(file),
    summary: doc.summary,
    description,
    library,
    schema,
    hasPreprocessor,
    settings,
  };
  return { script, problems };
}

/** The `.script.yaml` in the form a pull writes it. */
export function metadataYaml(script: Script): string {
  const { order, ...schema } = script.schema;
  return pulledYaml({
    summary: script.summary,
    description: script.description,
    lock: `!inline ${script.path}.script.lock`,
    kind: "script",
    schema: order.length > 1 ? { ...schema, order } : schema,
    ...(script.hasPreprocessor ? { has_preprocessor: true } : {}),
    ...script.settings,
  });
}

export const windmillPath = (file: string): string => file.replace(/\.ts$/, "");

function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

const noDoc = (): Doc => ({ summary: "", description: "", params: new Map(), tags: [] });
