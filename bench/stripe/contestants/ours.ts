import pg from "pg";
import { applyEvent } from "../../../f/lib/stripe/apply_event.ts";
import { stripeClient } from "../../../f/lib/stripe/client.ts";
import { checkSignature } from "../../../f/lib/stripe/signature.ts";
import type { Contestant } from "../contestant.ts";

/** What `f/api/stripe/receive_event` does, on a connection that stays open as those of the others do. */
const ours: Contestant = async ({ db, stripeUrl, stripeKey, secret, project }) => {
  const sql = new pg.Client({ ...db, database: db.dbname });
  await sql.connect();
  const stripe = await stripeClient({ token: stripeKey, baseUrl: stripeUrl });
  return async (body, signature) => {
    checkSignature(body, signature, [secret]);
    await applyEvent({ sql, stripe, project }, JSON.parse(body));
  };
};
export default ours;
