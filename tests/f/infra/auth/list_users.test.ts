import { expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/list_users.ts";
import { authVerbs } from "../../../support/auth_verbs.ts";

const world = authVerbs();

it("lists the users of one project in pages, and none of the other's", async () => {
  const ids = [];
  for (let one = 0; one < 3; one++) ids.push((await world.user()).id);
  await world.user(world.other);
  const first = await main(world.project, undefined, 2, world.db);
  const second = await main(world.project, first.nextCursor, 2, world.db);
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.sort());
  expect(second.nextCursor).toBeUndefined();
  expect(first.items[0]).toEqual({
    id: expect.any(String),
    email: expect.any(String),
    name: null,
    organizations: 1,
    createdAt: expect.any(String),
  });
});

it.each([
  ["cursor", "x'; --", 2],
  ["limit", undefined, 0],
])("refuses another %s", async (_, cursor, limit) => {
  await expect(main(world.project, cursor, limit, world.db)).rejects.toMatchObject({ code: "invalid_input" });
});
