import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { canonical, itemsOf, markOf, matches } from "../../../../scripts/cli/push/items.ts";

describe("itemsOf", () => {
  it("finds the same items on disk and in Windmill's archive", () => {
    const disk = itemsOf(
      new Map([
        ["f/infra/a/x.ts", "code"],
        ["f/infra/a/x.script.yaml", "summary: x"],
        ["f/infra/a/x.script.lock", "lock"],
        ["f/infra/a/go__flow/flow.yaml", "value: { modules: [{ id: a, value: { content: '!inline a.ts' } }] }"],
        ["f/infra/a/go__flow/a.ts", "inner"],
        ["f/infra/a/nightly.schedule.yaml", "schedule: 0 0 0 * * *"],
        ["f/infra/a/hook.http_trigger.yaml", "route_path: hook"],
        ["f/infra/folder.meta.yaml", "owners: []"],
      ]),
      parse,
    );
    const archive = itemsOf(
      new Map([
        ["f/infra/a/x.ts", "code"],
        ["f/infra/a/x.script.json", "{}"],
        ["f/infra/a/go.flow.json", '{"value":{"modules":[{"id":"a","value":{"content":"inner"}}]}}'],
        ["f/infra/a/nightly.schedule.json", '{"schedule":"0 0 0 * * *"}'],
        ["f/infra/a/hook.http_trigger.json", '{"route_path":"hook"}'],
        ["f/infra/a/db.resource.json", "{}"],
        ["f/infra/folder.meta.json", "{}"],
      ]),
      JSON.parse,
    );
    expect([...disk.keys()].sort()).toEqual([
      "flow:f/infra/a/go",
      "http_trigger:f/infra/a/hook",
      "schedule:f/infra/a/nightly",
      "script:f/infra/a/x",
    ]);
    expect(archive).toEqual(disk);
  });

  it("sees a script in another language at the same path as the same item", () => {
    const [item] = itemsOf(new Map([["f/infra/a/x.pg.sql", "select 1"]]), parse).values();
    expect(item?.key).toBe("script:f/infra/a/x");
  });
});

describe("a mark", () => {
  const item = (content: Record<string, unknown>) => ({ key: "schedule:f/a/b/c", content });
  const mark = markOf(item({ schedule: "0 0 0 * * *", enabled: true, args: {} }));

  it.each([
    ["what the server adds", { schedule: "0 0 0 * * *", enabled: true, args: null, email: "a@b.c", retry: null }, true],
    ["the order of keys", { enabled: true, schedule: "0 0 0 * * *" }, true],
    ["a change", { schedule: "0 0 0 * * *", enabled: false }, false],
    ["a removal", { enabled: true }, false],
  ])("compares ours and looks past %s", (_, content, same) => {
    expect(matches(item(content), mark)).toBe(same);
  });

  it("takes every byte of code seriously", () => {
    const code = (content: string) => ({ key: "script:f/a/b/c", content });
    expect(matches(code("a\n"), markOf(code("a")))).toBe(false);
  });
});

describe("canonical", () => {
  it.each([
    [{ a: null, b: [], c: {}, d: "", e: false }, undefined],
    [
      { b: 1, a: [0, null] },
      { a: [0, null], b: 1 },
    ],
  ])("writes %o in one way", (value, same) => {
    expect(canonical(value)).toBe(canonical(same));
  });
});
