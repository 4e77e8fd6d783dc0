import type Stripe from "stripe";
import * as z from "zod";
import { endpoint } from "../http/call.ts";
import { flag, mergedMetadata, metadata, paging, text, unsetting } from "../http/fields.ts";
import { change } from "../world.ts";

const KIND = "webhook_endpoint";
const fields = {
  enabled_events: z.array(text).min(1),
  url: text.regex(/^https?:\/\//, "must be an http or https address"),
  description: unsetting(text).optional(),
  metadata: metadata.optional(),
};

/** The secret is shown in this answer and never again. */
export const createWebhookEndpoint = endpoint(
  z.strictObject({ ...fields, api_version: text.optional() }),
  (world, params) => {
    const created: Stripe.WebhookEndpoint = {
      id: world.id("we"),
      object: KIND,
      api_version: params.api_version ?? null,
      application: null,
      created: world.now(),
      description: params.description ?? null,
      enabled_events: params.enabled_events,
      livemode: false,
      metadata: mergedMetadata({}, params.metadata),
      status: "enabled",
      url: params.url,
    };
    const secret = world.id("whsec");
    world.store.put(created);
    world.store.keepMemo(created.id, { secret });
    return { ...created, secret };
  },
);

export const updateWebhookEndpoint = endpoint(
  z.strictObject({ ...fields, disabled: flag }).partial(),
  (world, { disabled, metadata: changes, ...params }, { id = "" }) => {
    const before = world.store.get<Stripe.WebhookEndpoint>(id, KIND);
    const status = disabled === undefined ? before.status : disabled ? "disabled" : "enabled";
    return change(world, before, { ...params, status, metadata: mergedMetadata(before.metadata, changes) });
  },
);

export const listWebhookEndpoints = endpoint(z.strictObject(paging), (world, page) =>
  world.store.list("/v1/webhook_endpoints", world.store.all<Stripe.WebhookEndpoint>(KIND), page),
);

export const deleteWebhookEndpoint = endpoint(z.strictObject({}), (world, _, { id = "" }) => {
  world.store.get(id, KIND);
  world.store.remove(id);
  world.store.database.query("update delivery set state = 'dropped' where endpoint = ? and state = 'pending'").run(id);
  return { id, object: KIND, deleted: true };
});
