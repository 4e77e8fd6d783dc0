import { expect, it } from "vitest";
import { signaturesText } from "../../../scripts/flows/signatures_text.ts";

it("names the parameters of every script, and leaves out what has no main", () => {
  const text = signaturesText(
    new Map([
      ["f/infra/a/ensure_b.ts", 'export async function main(project: string, db: Postgresql = "$res:f/x/y") {}'],
      ["f/infra/a/list_b.ts", "export async function main() {}"],
      ["f/infra/a/shared.ts", "export const a = 1;"],
    ]),
  );
  expect(text.split("\n").filter((line) => line.includes("typeof import"))).toEqual([
    '  "f/infra/a/ensure_b": [typeof import("../../f/infra/a/ensure_b.ts").main, ["project", "db"]];',
    '  "f/infra/a/list_b": [typeof import("../../f/infra/a/list_b.ts").main, []];',
  ]);
});
