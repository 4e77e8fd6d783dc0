import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";

it("schemas/openapi.json is a valid OpenAPI document", async () => {
  const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../schemas/openapi.json"), "utf8"));
  expect(await new Validator().validate(document)).toEqual({ valid: true });
});
