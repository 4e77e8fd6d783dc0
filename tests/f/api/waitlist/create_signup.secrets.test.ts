import { expect, inject, it } from "vitest";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { attacksAtOnce, attacksOn, plantSecrets, recordsOf } from "../../../support/secret_attack.ts";
import { type RouteRequest, signupRoute } from "../../../support/signup_route.ts";

const route = signupRoute();

it("gives no secret away, wherever somebody names it", async () => {
  const { mark, references } = await plantSecrets(route.engine());
  const sound = { email: "attack@example.com" };
  const fields = ["email", "name", "source", "website"];
  // What a name and an address would let pass goes into each position by itself, the other kinds into many at once.
  const attacks = references.flatMap((reference) =>
    (/attack\/(name|email)$/.test(reference) ? attacksOn : attacksAtOnce)({ ...route, sound, fields }, reference),
  );

  const statuses = new Set<number>();
  const texts: string[] = [];
  const attack = async (request: RouteRequest) => {
    const answer = await route.post(request);
    statuses.add(answer.status);
    texts.push(`${await answer.text()} ${JSON.stringify([...answer.headers])}`);
  };
  for (let at = 0; at < attacks.length; at += 8) await Promise.all(attacks.slice(at, at + 8).map(attack));

  const records = await recordsOf(route.engine());
  expect(records.length).toBeGreaterThan(attacks.length);
  const rows = await route.rows();
  const keys = await sendCommands(inject("services").redis, [["KEYS", "*"]]);
  const everywhere = [...texts, ...records, JSON.stringify(rows), JSON.stringify(keys)];
  expect(everywhere.filter((text) => text.includes(mark))).toEqual([]);
  // Nothing of an attack is kept either: only what a header that no route reads could not spoil.
  expect(rows).toMatchObject([{ ...sound, name: null, source: null }]);
  // 422 is Windmill's own, for a reference to nothing.
  expect([...statuses].sort()).toEqual([200, 303, 400, 403, 404, 415, 422]);
}, 300_000);
