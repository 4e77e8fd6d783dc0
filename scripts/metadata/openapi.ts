import { parse } from "yaml";
import type { Files } from "./files.ts";
import { jsonSchema, objectSchema } from "./openapi_schema.ts";
import type { Schema } from "./schema.ts";
import type { Script } from "./script.ts";

type Trigger = {
  script_path: string;
  route_path: string;
  workspaced_route: boolean;
  http_method: string;
  authentication_method: string;
  summary?: string;
  description?: string;
};
type Flow = { path: string; summary: string; description: string; schema: Schema };
type Operation = Record<string, unknown>;

const WORKSPACE = { name: "workspace", in: "path", required: true, schema: { type: "string" } };
const SECURITY: Record<string, object[]> = { windmill: [{ bearer: [] }], basic_http: [{ basic: [] }] };

/** `schemas/openapi.json`: every script and flow as an authenticated call, every http trigger as the route it answers. */
export function openapi(scripts: Script[], files: Files): string {
  const byPath = new Map(scripts.map((script) => [script.path, script]));
  const flows = parsed<Omit<Flow, "path">>(files, /^(f\/.*)__flow\/flow\.yaml$/).map(([path, flow]) => ({
    ...flow,
    path,
  }));
  const triggers = parsed<Trigger>(files, /^(f\/.*)\.http_trigger\.yaml$/);
  const paths = Object.fromEntries([
    // A script behind a preprocessor reads the request itself, so its arguments are no body: its route stands below.
    ...scripts
      .filter((one) => !one.library && !one.hasPreprocessor)
      .map((one) => [runUrl("p", one), runOperation(one)]),
    ...flows.map((one) => [runUrl("f", one), runOperation(one)]),
    ...triggers.map(([path, one]) => [routeUrl(one), routeOperation(path, one, byPath.get(one.script_path))]),
  ]);
  return `${JSON.stringify({ ...HEAD, paths, components: COMPONENTS }, null, 2)}\n`;
}

const HEAD = {
  openapi: "3.1.0",
  info: {
    title: "run8n",
    version: "1",
    description:
      "Every script and flow of this repository as Windmill serves it, and the public routes of its http triggers.",
  },
  servers: [{ url: "{windmill}", variables: { windmill: { default: "http://127.0.0.1:8000" } } }],
};

const COMPONENTS = {
  securitySchemes: { bearer: { type: "http", scheme: "bearer" }, basic: { type: "http", scheme: "basic" } },
  schemas: {
    JobError: objectSchema({
      error: objectSchema({
        name: { type: "string" },
        message: { type: "string" },
        extra: objectSchema({
          code: { type: "string", description: "A stable word that a program may branch on" },
          status: { type: "integer" },
          hint: { type: "string", description: "What to do next" },
          retryable: { type: "boolean" },
          details: { type: "object" },
        }),
      }),
    }),
    Problem: objectSchema({
      error: objectSchema({
        code: { type: "string" },
        message: { type: "string" },
        hint: { type: "string" },
        details: { type: "object" },
      }),
    }),
  },
};

function runOperation(item: { path: string; summary: string; description: string; schema: Schema }): object {
  const [, area, service] = item.path.split("/");
  return {
    parameters: [WORKSPACE],
    post: {
      operationId: item.path.split("/").slice(1).join("_"),
      tags: [`${area}/${service}`],
      ...texts(item),
      security: [{ bearer: [] }],
      requestBody: { required: item.schema.required.length > 0, content: json(jsonSchema(item.schema)) },
      responses: {
        200: { description: "The result", content: json({}) },
        401: { description: "No token, or one that is not known" },
        422: { description: "The call failed", content: json({ $ref: "#/components/schemas/JobError" }) },
      },
    } satisfies Operation,
  };
}

function routeOperation(path: string, trigger: Trigger, script: Script | undefined): object {
  const names = [...trigger.route_path.matchAll(/[:*](\w+)/g)].map(([, name]) => name);
  const body = script?.hasPreprocessor ? script.schema.properties.input : script?.schema;
  const [, area, service] = path.split("/");
  return {
    parameters: [
      ...(trigger.workspaced_route ? [WORKSPACE] : []),
      ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ],
    [trigger.http_method]: {
      operationId: `route_${path.split("/").slice(1).join("_")}`,
      tags: [`${area}/${service}`],
      ...texts({
        summary: trigger.summary || script?.summary,
        description: trigger.description || script?.description,
      }),
      security: SECURITY[trigger.authentication_method] ?? [],
      ...(body && trigger.http_method !== "get"
        ? { requestBody: { required: true, content: json(jsonSchema(body)) } }
        : {}),
      responses: {
        200: { description: "The answer", content: json({}) },
        default: { description: "A refusal", content: json({ $ref: "#/components/schemas/Problem" }) },
      },
    } satisfies Operation,
  };
}

const runUrl = (kind: "p" | "f", { path }: { path: string }) =>
  `/api/w/{workspace}/jobs/run_wait_result/${kind}/${path}`;

const routeUrl = ({ route_path, workspaced_route }: Trigger) =>
  `/api/r/${workspaced_route ? "{workspace}/" : ""}${route_path.replace(/[:*](\w+)/g, "{$1}")}`;

const json = (schema: object) => ({ "application/json": { schema } });

const texts = (item: { summary?: string; description?: string }) => ({
  ...(item.summary ? { summary: item.summary } : {}),
  ...(item.description ? { description: item.description } : {}),
});

function parsed<T>(files: Files, name: RegExp): [string, T][] {
  return [...files].flatMap(([file, text]) => {
    const path = file.match(name)?.[1];
    return path ? [[path, parse(text) as T] as [string, T]] : [];
  });
}
