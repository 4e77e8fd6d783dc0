import { expect, it } from "vitest";
import { storageFor } from "../../../../f/lib/storage/project.ts";
import { storageRoute } from "../../../support/storage_route.ts";

const world = storageRoute();
const id = "0b0f1c2e-0000-4000-8000-000000000001";

it("knows no file whose id is none", async () => {
  const token = await world.token(await world.account());
  for (const wrong of ["photo", `${id}x`, "0"]) {
    expect((await world.call("GET", `${world.files}/own/files/${wrong}`, { token })).status).toBe(404);
  }
});

it("gives out nothing while the project is closed, or when it keeps no files", async () => {
  const token = await world.token(await world.account());
  const path = `f/project_${world.schema}/storage`;
  const value = { ...storageFor(world.project), locked: true };
  const change = (what: string, method: string, body?: object) =>
    world.engine().api(`/w/{w}/resources/${what}/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  expect((await change("update", "POST", { value })).status).toBe(200);
  const closed = await world.call("GET", `${world.files}/own/files/${id}`, { token });
  expect(closed).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
  expect((await change("delete", "DELETE")).status).toBe(200);
  const none = await world.call("GET", `${world.files}/own/files/${id}`, { token });
  expect(none).toMatchObject({ status: 404, body: { error: { hint: /run8n.json/ } } });
});
