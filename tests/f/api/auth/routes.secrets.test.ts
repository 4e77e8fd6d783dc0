import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";
import { gotrueIssuer } from "../../../support/gotrue_issuer.ts";
import { type AttackedRoute, expectNoSecretFrom } from "../../../support/route_attack.ts";
import type { TokenUser } from "../../../support/tokens.ts";

const world = accountsRoute(() => gotrueIssuer());

/** Who calls, and what they call it on, below the project's auth routes. */
type Scene = { user: TokenUser; path: string };
type Attack = Pick<AttackedRoute, "method" | "sound" | "fields" | "bodyless">;

const owned = async (path = ""): Promise<Scene> => {
  const { user, organization } = await world.owner();
  return { user, path: `organizations/${organization}/${path}` };
};
const member = async (): Promise<Scene> => {
  const { user, organization } = await world.owner();
  const { id } = await world.member(organization, "member");
  return { user, path: `organizations/${organization}/members/${id}` };
};
const invite = async (): Promise<Scene> => {
  const { organization } = await world.owner();
  const user = world.stranger();
  const { rows } = await world.sql((sql) =>
    sql.query(
      `insert into ${world.schema}.organization_invite (organization_id, email, email_key, role, expires_at)
         values ($1, $2, $2, 'member', now() + interval '1 day') returning id`,
      [organization, user.email],
    ),
  );
  return { user, path: `invites/${rows[0].id}/accept` };
};

it.each<[route: string, scene: () => Promise<Scene>, attack: Attack]>([
  ["get_session", async () => ({ ...(await owned()), path: "session" }), { method: "GET" }],
  [
    "ensure_account",
    async () => ({ user: world.stranger(), path: "account" }),
    { method: "POST", sound: { name: "Ada" }, fields: ["name", "organization"] },
  ],
  [
    "update_profile",
    async () => ({ user: await world.account(), path: "profile" }),
    { method: "PATCH", sound: { name: "Ada" }, fields: ["name"] },
  ],
  ["list_members", () => owned("members"), { method: "GET" }],
  ["update_member", member, { method: "PATCH", sound: { role: "admin" }, fields: ["role"] }],
  ["delete_member", member, { method: "DELETE", bodyless: true }],
  [
    "invite_member",
    () => owned("invites"),
    { method: "POST", sound: { email: "attack@example.com" }, fields: ["email", "role"] },
  ],
  ["accept_invite", invite, { method: "POST", bodyless: true }],
])(
  "%s gives no secret away, wherever somebody names it",
  async (_route, scene, attack) => {
    const { user, path } = await scene();
    const token = await world.token(user);
    const statuses = await expectNoSecretFrom(world, { ...attack, path: `apps/${world.project}/auth/${path}`, token });
    // 422 is Windmill's own, for a reference to nothing.
    expect(statuses).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 422]));
    expect(JSON.stringify(await world.issuer().mails.all())).not.toContain("s3cret");
  },
  300_000,
);
