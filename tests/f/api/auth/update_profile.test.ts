import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";

const world = accountsRoute();
const path = `apps/${world.project}/auth/profile`;
const patch = (token: string, body: unknown) => world.call("PATCH", path, { token, body });

it("changes what the caller is called, and nobody else", async () => {
  const [ada, eve] = [await world.account(), await world.account()];
  const token = await world.token(ada);
  expect((await patch(token, { name: " Ada " })).body).toEqual({
    user: ada.id,
    email: ada.email,
    name: "Ada",
    status: "updated",
  });
  expect((await patch(token, { name: "Ada" })).body).toMatchObject({ status: "unchanged" });
  expect((await patch(await world.token(eve), { name: "Eve" })).body).toMatchObject({ email: eve.email, name: "Eve" });
});

it.each([
  ["no name", {}, 400],
  ["another user's id", { name: "x", user: "y" }, 400],
])("refuses %s", async (_, body, status) => {
  expect((await patch(await world.token(await world.account()), body)).status).toBe(status);
});

it("is for users of this project", async () => {
  expect((await patch(await world.token(world.stranger()), { name: "x" })).body).toMatchObject({
    error: { code: "forbidden" },
  });
});
