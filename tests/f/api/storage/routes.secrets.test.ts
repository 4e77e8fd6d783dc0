import { expect, it } from "vitest";
import { type AttackedRoute, expectNoSecretFrom } from "../../../support/route_attack.ts";
import { storageRoute } from "../../../support/storage_route.ts";

const world = storageRoute();
const FILE = "own/files/0b0f1c2e-0000-4000-8000-000000000001";

it.each<[route: string, path: string, attack: Pick<AttackedRoute, "method" | "sound" | "fields" | "bodyless">]>([
  [
    "presign_upload",
    "own/uploads",
    { method: "POST", sound: { name: "a.png", type: "image/png" }, fields: ["name", "type", "sizeBytes"] },
  ],
  ["presign_download", FILE, { method: "GET" }],
  ["delete_file", FILE, { method: "DELETE", bodyless: true }],
])(
  "%s gives no secret away, wherever somebody names it",
  async (_route, path, attack) => {
    const token = await world.token(await world.account());
    const statuses = await expectNoSecretFrom(world, { ...attack, path: `${world.files}/${path}`, token });
    // 422 is Windmill's own, for a reference to nothing.
    expect(statuses).toEqual(expect.arrayContaining([400, 401, 403, 404, 422]));
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  },
  300_000,
);
