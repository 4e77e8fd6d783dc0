import { expect, it } from "vitest";
import type { EndedProject } from "../../../../f/lib/projects/drop_ended.ts";
import { examineProjects } from "../../../../scripts/cli/doctor/projects.ts";
import type { Windmill } from "../../../../scripts/cli/windmill.ts";

const NOW = Date.parse("2026-05-05T12:00:00Z");
const examine = (items: Partial<EndedProject>[] | Error) => {
  const run = async () => {
    if (items instanceof Error) throw items;
    return { items };
  };
  return examineProjects({ find: async () => ({}), run } as unknown as Windmill, NOW);
};

it("is content when nothing is left, or the schedule has not come by yet", async () => {
  expect(await examine([])).toMatchObject([{ state: "ok", detail: "none is left" }]);
  const fresh = { project: "shop-x", why: "expired" as const, since: "2026-05-05T11:30:00.000Z", problem: null };
  expect(await examine([fresh])).toMatchObject([{ state: "ok", detail: expect.stringContaining("1 to be dropped") }]);
});

it("names what should be gone for hours, with the reason or where to look", async () => {
  const old = { project: "shop", why: "deleted" as const, since: "2026-05-05T08:00:00.000Z" };
  expect(await examine([{ ...old, problem: "subscriptions are running" }])).toMatchObject([
    {
      state: "broken",
      detail: expect.stringContaining("subscriptions are running"),
      hint: expect.stringContaining("logs"),
    },
  ]);
  expect(await examine([{ ...old, problem: null }])).toMatchObject([
    { state: "broken", hint: expect.stringContaining("schedule") },
  ]);
});

it("says when it cannot look", async () => {
  expect(await examine(new Error("no"))).toMatchObject([{ state: "broken", detail: "no" }]);
});
