import type { FlowValue } from "../jobs/job.ts";
import {
  BRANCH_KEYS,
  FLOW_KEYS,
  type Keys,
  MODULE_KEYS,
  REQUIRED_KEYS,
  SETTING_KEYS,
  VALUE_KEYS,
} from "./known_keys.ts";

type Fields = Record<string, unknown>;

/** What this runner cannot do of a flow, one sentence each with the module's id and the key; empty when all is fine. */
export function checkFlow(value: FlowValue): string[] {
  if (!Array.isArray(value.modules)) return ["the flow has no list `modules`"];
  const special = [value.preprocessor_module, value.failure_module].filter((module) => module != null);
  return [...checkKeys("the flow", value, FLOW_KEYS), ...[...special, ...value.modules].flatMap(checkModule)];
}

function checkModule(module: Fields | null): string[] {
  if (module === null) return ["a module is null"];
  const name = `module ${JSON.stringify(module.id)}`;
  const value = module.value as Fields | undefined;
  const type = String(value?.type);
  const keys = Object.hasOwn(VALUE_KEYS, type) ? VALUE_KEYS[type] : undefined;
  if (!value || !keys) return [`${name} is of type \`${type}\`, which is not supported`];
  const missing = (REQUIRED_KEYS[type] ?? []).filter((key) => value[key] == null);
  return [
    ...checkKeys(name, module, MODULE_KEYS),
    ...Object.entries(SETTING_KEYS).flatMap(([key, known]) => checkKeys(`\`${key}\` of ${name}`, module[key], known)),
    ...checkKeys(name, value, { ...keys, type: "yes" }),
    ...missing.map((key) => `${name} of type \`${type}\` has no \`${key}\``),
    ...transformsOf(module, value).flatMap(([key, transform]) => checkTransform(`\`${key}\` of ${name}`, transform)),
    ...listOf(value.branches).flatMap((branch) => checkKeys(`a branch of ${name}`, branch, BRANCH_KEYS)),
    ...bodiesOf(value).flatMap((body) => body.flatMap(checkModule)),
  ];
}

/** A key that is null, false or empty asks for nothing, so it is never in the way. */
function checkKeys(name: string, part: unknown, keys: Keys): string[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part)
    .filter(([, value]) => value != null && value !== false && value !== "")
    .filter(([key]) => !Object.hasOwn(keys, key) || keys[key] === "refused")
    .map(([key]) => `${name} has \`${key}\`, which is not supported`);
}

function checkTransform(name: string, transform: unknown): string[] {
  if (transform == null || typeof transform === "number") return [];
  const { type, expr } = transform as Fields;
  if (type === "static" || (type === "javascript" && typeof expr === "string")) return [];
  return [`${name} is of type \`${String(type)}\`, which is not supported`];
}

function transformsOf(module: Fields, value: Fields): [string, unknown][] {
  const { sleep, timeout } = module;
  const { iterator, parallelism } = value;
  const settings = { sleep, timeout, iterator, parallelism };
  return [...Object.entries((value.input_transforms as Fields | undefined) ?? {}), ...Object.entries(settings)];
}

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value : []);

const bodiesOf = (value: Fields): Fields[][] =>
  [value.modules, value.default, ...listOf(value.branches).map((branch) => branch.modules)].map(listOf);
