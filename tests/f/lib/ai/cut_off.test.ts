import { describe, expect, it } from "vitest";
import { checkIndex } from "../../../../f/lib/ai/check.ts";
import type { Index } from "../../../../f/lib/ai/index_record.ts";
import { reconcileIndex } from "../../../../f/lib/ai/reconcile.ts";
import { publicWeb } from "../../../../f/lib/web/retrieve.ts";
import { testAi, type Wrap } from "../../../support/ai_index.ts";
import { dying } from "../../../support/faults.ts";

const { index: newIndex, ingest, held, connected } = testAi();
/** Three states of a source; the number makes texts that no other round has, so that they have to be embedded. */
const first = (n: number) => ({ "a.md": "## A\n\nApples.\n\n## B\n\nBees.", "b.md": `Birds ${n}.`, "c.md": "Cats." });
const second = (n: number) => ({
  "a.md": `## A\n\nApples.\n\n## B\n\nBees ${n}.\n\n## C\n\nCrows.`,
  "b.md": `Birds ${n}.`,
  "d.md": "Dogs.",
});
const third = (n: number) => ({ "a.md": `## A\n\nApples.\n\n## E\n\nElks ${n}.`, "d.md": "Ducks." });

/** Fails from the given call on: Postgres, Qdrant and the model alike, as if the worker had been killed there. */
function killedAt(call: number, when: "before" | "after"): { wrap: Wrap; died: () => boolean } {
  const { life, step, sql } = dying(call, when);
  const wrap: Wrap = (ports) => ({
    sql: sql(ports.sql),
    embed: (texts) => step(() => ports.embed(texts)),
    qdrant: new Proxy(ports.qdrant, {
      get(target, name) {
        const method = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return (...args: unknown[]) => step(() => method.apply(target, args));
      },
    }),
  });
  return { wrap, died: () => life.died };
}

const check = (index: Index) =>
  connected((ports) =>
    checkIndex({ ...ports, web: publicWeb() }, { project: index.project, index: "docs", read: false }),
  );

describe.each(["before", "after"] as const)("an ingestion killed %s any of its calls", (when) => {
  it("leaves nothing that the next one does not put right, whatever the source is by then", async () => {
    const index = await newIndex();
    for (let call = when === "before" ? 1 : 2, alive = false; !alive; call += 5) {
      expect(await ingest(index, first(call))).toMatchObject({ status: "succeeded" });
      const { wrap, died } = killedAt(call, when);
      await ingest(index, second(call), { wrap }).catch(() => undefined);
      alive = !died();
      const next = call % 4 < 2 ? second(call) : third(call);
      expect(await ingest(index, next), `call ${call}`).toMatchObject({ status: "succeeded" });
      expect(Object.keys(await held(index)).sort()).toEqual(Object.keys(next).sort());
      expect(await check(index), `call ${call}`).toMatchObject({ status: "ok", unfinished: 0 });
    }
  }, 180_000);
});

it("an ingestion killed anywhere leaves an index that reconciling makes whole again", async () => {
  const index = await newIndex();
  const embed = async (texts: readonly unknown[]) => texts.map((_, at) => new Float32Array(128).fill(at + 1));
  for (let call = 4, alive = false; !alive; call += 7) {
    await ingest(index, first(call));
    const { wrap, died } = killedAt(call, "after");
    await ingest(index, second(call), { wrap }).catch(() => undefined);
    alive = !died();
    const { left } = await connected((ports) =>
      reconcileIndex({ ...ports, embed }, { project: index.project, index: "docs" }),
    );
    expect([left, (await check(index)).status], `call ${call}`).toEqual([0, "ok"]);
  }
}, 120_000);

describe("several ingestions at once", () => {
  it("of the same documents embed each text once and end whole", async () => {
    const index = await newIndex();
    const corpus = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`${at}.md`, `Subject ${at} and no other.`]),
    );
    const results = await Promise.all([ingest(index, corpus), ingest(index, corpus), ingest(index, corpus)]);
    expect(results.reduce((sum, { ingested }) => sum + ingested, 0)).toBe(60);
    expect(results.reduce((sum, { embeddedTokens }) => sum + embeddedTokens, 0)).toBe(
      (await ingest(await newIndex(), corpus)).embeddedTokens,
    );
    expect(await check(index)).toMatchObject({ status: "ok", chunks: 60 });
  });

  it("of different versions leave the latest one", async () => {
    for (let round = 0; round < 3; round++) {
      const index = await newIndex();
      const texts = (version: number) =>
        Object.fromEntries(
          Array.from({ length: 20 }, (_, at) => [`${at}.md`, `Version ${version} of ${at % (version + 5)}.`]),
        );
      const results = await Promise.all([1, 2, 3].map((version) => ingest(index, texts(version))));
      const latest = results.reduce((one, other) => (other.run > one.run ? other : one));
      const version = results.indexOf(latest) + 1;
      const final = await held(index);
      expect(
        Object.values(final)
          .flat()
          .every((text) => text.startsWith(`Version ${version} `)),
      ).toBe(true);
      expect(await check(index)).toMatchObject({ status: "ok", documents: 20 });
    }
  });

  it("of different documents by mode add keep all of them", async () => {
    const index = await newIndex();
    const parts = [0, 1, 2, 3].map((part) => ({ [`${part}.md`]: `Part ${part}.` }));
    await Promise.all(parts.map((part) => ingest(index, part, { mode: "add" })));
    expect(Object.keys(await held(index))).toHaveLength(4);
    expect(await check(index)).toMatchObject({ status: "ok", documents: 4 });
  });
});
