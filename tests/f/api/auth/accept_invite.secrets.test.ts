import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";
import { gotrueIssuer } from "../../../support/gotrue_issuer.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const world = accountsRoute(["f/api/auth"], () => gotrueIssuer());

it("gives no secret away, wherever somebody names it", async () => {
  const guest = world.stranger();
  const token = await world.token(guest);
  const { organization } = await world.owner();
  const rows = await world.sql((sql) =>
    sql.query(
      `insert into ${world.schema}.organization_invite (organization_id, email, email_key, role, expires_at)
         values ($1, $2, $2, 'member', now() + interval '1 day') returning id`,
      [organization, guest.email],
    ),
  );
  const path = `apps/${world.project}/auth/invites/${rows.rows[0].id}/accept`;
  const statuses = await expectNoSecretFrom(world, { method: "POST", path, token, bodyless: true });
  // 422 is Windmill's own, for a reference to nothing.
  expect(statuses).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 422]));
}, 300_000);
