import { afterAll, beforeAll, expect, it } from "vitest";
import { testDatabase } from "../../../support/database.ts";
import type { TestEngine } from "../../../support/engine.ts";
import { pushedEngine } from "../../../support/pushed_engine.ts";
import { plantSecrets, recordsOf } from "../../../support/secret_attack.ts";
import { keep } from "../../../support/workspace_items.ts";

const db = testDatabase();
let engine: TestEngine;
beforeAll(async () => {
  engine = await pushedEngine();
  await keep(engine, { "f/infra/postgres": db });
});
afterAll(() => engine?.stop());

it("gives no secret away, wherever somebody names it, not even one that is a host name", async () => {
  const { mark, references } = await plantSecrets(engine);
  await keep(engine, {}, { "f/attack/host": `${mark}.example.com` });
  const base = `${engine.url}/api/r/${engine.workspace}/edge/domains`;
  const texts: string[] = [];
  for (const reference of [...references, "$var:f/attack/host"]) {
    const named = encodeURIComponent(reference);
    const answers = await Promise.all([
      fetch(`${base}?domain=${named}`, { headers: { "x-beside": "$var:f/attack/plain" } }),
      fetch(`${base}?${named}=a.example.com`),
      fetch(`${base}?domain=a.example.com&other=${named}`),
      fetch(`${base}?domain=a.example.com`, { headers: { "user-agent": reference, host: "x" } }),
    ]);
    for (const answer of answers) texts.push(`${await answer.text()} ${JSON.stringify([...answer.headers])}`);
  }
  const records = await recordsOf(engine);
  expect(records.length).toBeGreaterThan(references.length);
  expect([...texts, ...records].filter((text) => text.includes(mark))).toEqual([]);
});
