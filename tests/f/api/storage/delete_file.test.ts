import { expect, it } from "vitest";
import { storageRoute } from "../../../support/storage_route.ts";

const world = storageRoute();
const body = { name: "photo.png", type: "image/png", sizeBytes: 5 };

it("deletes a user's own file, and nobody else's", async () => {
  const [token, neighbour] = [await world.token(await world.account()), await world.token(await world.account())];
  const { id, url, headers } = (await world.call("POST", `${world.files}/own/uploads`, { token, body })).body;
  await fetch(url, { method: "PUT", headers, body: "hello" });
  const path = `${world.files}/own/files/${id}`;
  const { url: read } = (await world.call("GET", path, { token })).body;
  expect((await world.call("DELETE", path, { token: neighbour })).status).toBe(200);
  expect((await fetch(read)).status).toBe(200);
  expect((await world.call("DELETE", path)).status).toBe(401);
  expect(await world.call("DELETE", path, { token })).toMatchObject({ status: 200, body: { id, status: "deleted" } });
  expect((await fetch(read)).status).toBe(404);
  expect((await world.call("DELETE", path, { token })).status).toBe(200);
});
