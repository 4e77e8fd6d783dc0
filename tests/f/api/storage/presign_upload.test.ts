import { describe, expect, it } from "vitest";
import { storageRoute } from "../../../support/storage_route.ts";

const world = storageRoute();
const body = { name: "photo.png", type: "image/png", sizeBytes: 5 };
const upload = async (scope: string, token: string, sent: object = body) =>
  world.call("POST", `${world.files}/${scope}/uploads`, { token, body: sent });
const download = async (scope: string, id: string, token: string) =>
  world.call("GET", `${world.files}/${scope}/files/${id}`, { token });

describe("POST apps/:project/storage/:scope/uploads", () => {
  it("gives a page what it needs to send a file, also across origins, and to read it again", async () => {
    const token = await world.token(await world.account());
    const made = await upload("own", token);
    expect(made.status).toBe(200);
    const { id, method, url, headers } = made.body;
    const asked = { origin: world.origin, "access-control-request-method": method };
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: { ...asked, "access-control-request-headers": Object.keys(headers).join(",") },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe(world.origin);
    expect((await fetch(url, { method, headers, body: "hello" })).status).toBe(200);
    const read = await download("own", id, token);
    expect(await (await fetch(read.body.url)).text()).toBe("hello");
  });

  it("keeps a user's own files to them, an organization's to its members, and everyone's to accounts", async () => {
    const { user, organization } = await world.owner();
    const neighbour = await world.token((await world.owner()).user);
    const token = await world.token(user);
    for (const [scope, status, seen] of [
      ["own", 200, 404],
      [organization, 403, undefined],
      ["everyone", 200, 200],
    ] as const) {
      const { id, method, url, headers } = (await upload(scope, token)).body;
      await fetch(url, { method, headers, body: "hello" });
      const theirs = await download(scope, id, neighbour);
      expect([scope, theirs.status]).toEqual([scope, status]);
      if (seen) expect([scope, (await fetch(theirs.body.url)).status]).toEqual([scope, seen]);
    }
    const stranger = await world.token(world.stranger());
    for (const scope of ["own", "everyone", organization]) {
      expect((await upload(scope, stranger)).status).toBe(403);
    }
  });

  it.each<[what: string, status: number, sent: object]>([
    ["a page", 415, { ...body, type: "text/html" }],
    ["a file that is too large", 413, { ...body, sizeBytes: 2 ** 40 }],
    ["no size", 400, { name: "a.png", type: "image/png" }],
    ["a field that is not known", 400, { ...body, key: "other/a" }],
    ["a name that is a list", 400, { ...body, name: ["a"] }],
  ])("refuses %s", async (_, status, sent) => {
    const token = await world.token(await world.account());
    expect(await upload("own", token, sent)).toMatchObject({ status, body: { error: { hint: expect.any(String) } } });
  });

  it("refuses a scope that is none, and a caller without a token", async () => {
    const token = await world.token(await world.account());
    expect((await upload("users", token)).status).toBe(400);
    expect((await world.call("POST", `${world.files}/own/uploads`, { body })).status).toBe(401);
  });
});
