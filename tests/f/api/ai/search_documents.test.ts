import { beforeAll, describe, expect, inject, it } from "vitest";
import type { Index } from "../../../../f/lib/ai/index_record.ts";
import { clientOf } from "../../../../f/lib/gate/address.ts";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { rateLimitKey } from "../../../../f/lib/redis/rate_limit.ts";
import { documents } from "../../../support/ai_index.ts";
import { aiRoute } from "../../../support/ai_route.ts";

const { world, call, index: newIndex, ingest, key } = aiRoute();
const search = (body: object, token?: string, headers?: Record<string, string>) => call("search", body, token, headers);
type Item = { document: string; text: string; highlights: { text: string }[]; score: number };
const found = (body: unknown) => (body as { items: Item[] }).items.map(({ document }) => document);

const CORPUS = {
  "rollback.md":
    "# Rolling back\n\nrollback_site returns a site to an earlier release in one atomic switch. Old releases stay on disk.",
  "waitlist.md": "# The waitlist\n\nVisitors sign up with their e-mail address. Each address is kept once.",
  "backup.md": "# Backups\n\nA collection is copied out as a snapshot before it is dropped.",
  "error.md": "# Errors\n\nThe code E4711 means that a lease is held by another job.",
};
/** An index of the project that anyone may search, unless the settings say otherwise. */
async function indexOf(name: string, settings: Parameters<typeof newIndex>[0] = {}): Promise<Index> {
  return newIndex(settings, world.project, name);
}

describe("POST apps/:project/ai/search", () => {
  beforeAll(async () => {
    await ingest(await indexOf("docs"), CORPUS);
  });

  it("finds what was asked for, by meaning and by words, and shows where", async () => {
    const { status, body, headers } = await search({ query: "How do I return to an earlier release?", limit: 2 });
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(found(body)[0]).toBe("rollback.md");
    expect(body.items[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: "main",
      title: "Rolling back",
      path: ["Rolling back"],
      score: expect.any(Number),
      highlights: expect.arrayContaining([
        { text: expect.stringContaining("earlier release"), ranges: expect.arrayContaining([[35, 42]]) },
      ]),
    });
    expect(body.items).toHaveLength(2);
    expect(found((await search({ query: "E4711", mode: "sparse" })).body)).toEqual(["error.md"]);
    expect(found((await search({ query: "E4711" })).body)[0]).toBe("error.md");
  });

  it("narrows by source, document and similarity, and reranks when asked", async () => {
    expect(
      found((await search({ query: "release", filter: { document: ["waitlist.md", "backup.md"] } })).body).sort(),
    ).toEqual(["backup.md", "waitlist.md"]);
    expect(found((await search({ query: "release", filter: { source: "other" } })).body)).toEqual([]);
    expect(
      found((await search({ query: "earlier release of a site", mode: "dense", minSimilarity: 0.3 })).body),
    ).toEqual(["rollback.md"]);
    expect(found((await search({ query: "an e-mail address is kept once", rerank: true, limit: 1 })).body)).toEqual([
      "waitlist.md",
    ]);
  });

  it("narrows by metadata of each kind", async () => {
    const index = await indexOf("meta");
    const spec = documents({ "a.md": "Apples.", "b.md": "Apples too.", "c.md": "Apples as well." });
    const [a, b, c] = spec.documents;
    Object.assign(a!, { metadata: { lang: "en", year: 2026, live: true, share: 0.5 } });
    Object.assign(b!, { metadata: { lang: "de", year: 2025, live: false, share: 0.25 } });
    Object.assign(c!, { metadata: { lang: "fr" } });
    await ingest(index, spec);
    const by = async (metadata: object) =>
      found((await search({ index: "meta", query: "apples", filter: { metadata } })).body).sort();
    expect(await by({ lang: "en" })).toEqual(["a.md"]);
    expect(await by({ lang: ["de", "fr"] })).toEqual(["b.md", "c.md"]);
    expect(await by({ year: [2025, 2026], live: true })).toEqual(["a.md"]);
    expect(await by({ share: 0.25 })).toEqual(["b.md"]);
    expect(await by({ unknown: "x" })).toEqual([]);
  });

  it("is for whom the index is for", async () => {
    await ingest(await indexOf("inner", { audience: "users" }), { "a.md": "Only for users." });
    const { user } = await world.owner();
    const query = { index: "inner", query: "users" };
    expect((await search(query)).status).toBe(401);
    expect((await search(query, "not.a.token")).status).toBe(401);
    expect((await search(query, await world.token(world.stranger()))).status).toBe(403);
    const answer = await search(query, await world.token(user));
    expect([answer.status, found(answer.body)]).toEqual([200, ["a.md"]]);
    await ingest(await indexOf("ours", { audience: "members" }), { "a.md": "Only for members." });
    expect((await search({ index: "ours", query: "members" }, await world.token(await world.account()))).status).toBe(
      403,
    );
    expect((await search({ index: "ours", query: "members" }, await world.token(user))).status).toBe(200);
  });

  it("lets an access key search what is everybody's, and no key made for something else", async () => {
    await ingest(await indexOf("keyed", { audience: "users", tenancy: "user" }), { "a.md": "For all." });
    const query = { index: "keyed", query: "for all" };
    expect(found((await search(query, await key(["search_documents"]))).body)).toEqual(["a.md"]);
    expect((await search(query, await key(["answer_question"]))).status).toBe(403);
    expect((await search(query, "r8n_0123456789ab_0123")).status).toBe(401);
  });

  it("shows each tenant its own documents and those of everybody, whatever it sends", async () => {
    const index = await indexOf("tenants", { audience: "members", tenancy: "organization" });
    const [one, other] = [await world.owner(), await world.owner()];
    const spec = documents({
      "one.md": "The secret of one.",
      "other.md": "The secret of the other.",
      "all.md": "No secret of all.",
    });
    Object.assign(spec.documents[0]!, { tenant: one.organization });
    Object.assign(spec.documents[1]!, { tenant: other.organization });
    await ingest(index, spec);
    const sees = async ({ user }: typeof one, more: object = {}) => {
      const { status, body } = await search(
        { index: "tenants", query: "the secret", ...more },
        await world.token(user),
      );
      return status === 200 ? found(body).sort() : status;
    };
    expect(await sees(one)).toEqual(["all.md", "one.md"]);
    expect(await sees(other)).toEqual(["all.md", "other.md"]);
    expect(await sees(one, { organization: other.organization })).toBe(403);
    expect(await sees(one, { tenant: other.organization })).toBe(400);
    expect(await sees(one, { filter: { tenant: other.organization } })).toBe(400);
    expect(await sees(one, { filter: { document: "other.md" } })).toEqual([]);
    expect(await sees(one, { filter: { metadata: { tenant: other.organization } } })).toEqual([]);
    expect(await sees(one, { filter: { should: [{ key: "tenant" }] } })).toBe(400);
  });

  it("limits a caller, and says when to come back", async () => {
    const address = "198.51.100.23";
    const key = rateLimitKey(world.project, "ai_search", clientOf(address));
    const { redis } = inject("services");
    await sendCommands(redis, [["SET", key, String(Date.now() + 3_600_000), "PX", "3600000"]]); // full again in an hour
    const refused = await search({ query: "release" }, undefined, { "x-forwarded-for": address });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "rate_limited" } } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await search({ query: "release" })).status).toBe(200);
  });

  it.each<[string, object, number]>([
    ["no query", {}, 400],
    ["an empty query", { query: "  " }, 400],
    ["a long query", { query: "x".repeat(1001) }, 400],
    ["a list as query", { query: ["a"] }, 400],
    ["an unknown field", { query: "evil", vector: [1] }, 400],
    ["a limit of none", { query: "evil", limit: 0 }, 400],
    ["a limit of many", { query: "evil", limit: 51 }, 400],
    ["a mode that there is not", { query: "evil", mode: "evil" }, 400],
    ["a similarity that cannot be", { query: "evil", minSimilarity: 2 }, 400],
    ["a filter that is none", { query: "evil", filter: "evil" }, 400],
    ["a filter on a path", { query: "evil", filter: { metadata: { "a.b": 1 } } }, 400],
    ["a filter on an object", { query: "evil", filter: { metadata: { a: { $ne: 1 } } } }, 400],
    ["a NUL", { query: "evil\u0000" }, 400],
    ["an index that there is not", { index: "evil", query: "a" }, 404],
    ["an index that is another table", { index: "docs; drop table", query: "a" }, 400],
  ])("refuses %s", async (_, body, status) => {
    const answer = await search(body);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toContain("evil");
  });

  it("says no more than that something behind it is away", async () => {
    const openai = "f/infra/openai";
    const set = (value: object) =>
      world
        .engine()
        .api(`/w/{w}/resources/update_value/${openai}`, { method: "POST", body: JSON.stringify({ value }) });
    const before = await (await world.engine().api(`/w/{w}/resources/get_value/${openai}`)).json();
    await set({ api_key: "hunter2", base_url: "http://127.0.0.1:1/v1" });
    const { status, body } = await search({ query: "release" });
    await set(before);
    expect(status).toBe(502);
    expect(JSON.stringify(body)).not.toMatch(/hunter2|127\.0\.0\.1/);
  });
});
