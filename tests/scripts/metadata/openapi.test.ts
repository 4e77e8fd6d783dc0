import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { openapi } from "../../../scripts/metadata/openapi.ts";
import { readScript, type Script } from "../../../scripts/metadata/script.ts";

const RUN = "/api/w/{workspace}/jobs/run_wait_result";
const TRIGGER = `summary: Sign up
script_path: f/api/list/create_entry
is_flow: false
route_path: apps/:project/entries
workspaced_route: true
http_method: post
authentication_method: none
`;
const FLOW = `summary: Applies a project
description: Again is fine.
value: { modules: [] }
schema:
  type: object
  properties:
    name: { type: string, description: Its name }
  required: [name]
`;

const script = (file: string, code: string): Script => {
  const { script: read } = readScript(file, code);
  if (!read) throw new Error(`${file} was not read`);
  return read;
};
const scripts = [
  script(
    "f/infra/list/ensure_list.ts",
    `/** Makes a list. Again is fine.\n * @param project P.\n * @param kind K.\n * @param db D. */
export async function main(project: string, kind: "a" | "b" = "a", body: unknown, db: Postgresql = "$res:f/infra/postgres") {}`,
  ),
  script(
    "f/api/list/create_entry.ts",
    `export async function preprocessor(event: object) { return {}; }
/** Enters.\n * @param project P.\n * @param input I. */
export async function main(project: string, input: { email: string }, items: { tags: string[] }[]) {}`,
  ),
  script("f/lib/names.ts", "/** Names. */\nexport const a = 1;"),
];
const files = new Map([
  ["f/api/list/create_entry.http_trigger.yaml", TRIGGER],
  ["f/infra/projects/apply_project__flow/flow.yaml", FLOW],
]);
const document = JSON.parse(openapi(scripts, files));

describe("the OpenAPI document", () => {
  it("is valid", async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("has every script and flow as an authenticated call, and every route; no library", () => {
    expect(Object.keys(document.paths)).toEqual([
      `${RUN}/p/f/infra/list/ensure_list`,
      `${RUN}/f/f/infra/projects/apply_project`,
      "/api/r/{workspace}/apps/{project}/entries",
    ]);
  });

  it("describes a script's arguments in plain JSON Schema", () => {
    const { post } = document.paths[`${RUN}/p/f/infra/list/ensure_list`];
    expect(post).toMatchObject({ summary: "Makes a list", description: "Again is fine.", security: [{ bearer: [] }] });
    expect(post.requestBody).toEqual({
      required: true,
      content: {
        "application/json": {
          schema: {
            type: "object",
            properties: {
              project: { type: "string", description: "P." },
              kind: { type: "string", description: "K.", enum: ["a", "b"], default: "a" },
              body: {},
              db: { type: ["object", "string"], description: "D.", default: "$res:f/infra/postgres" },
            },
            required: ["project", "body"],
          },
        },
      },
    });
  });

  it("describes a route by its own parameters, access and body", () => {
    const { parameters, post } = document.paths["/api/r/{workspace}/apps/{project}/entries"];
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual(["workspace", "project"]);
    expect(post).toMatchObject({ summary: "Sign up", security: [] });
    expect(post.requestBody.content["application/json"].schema).toEqual({
      type: "object",
      description: "I.",
      properties: { email: { type: "string" } },
    });
  });
});
