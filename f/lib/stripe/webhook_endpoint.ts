import { createHash } from "node:crypto";
import type Stripe from "stripe";
import { InvalidInputError } from "../errors.ts";
import { describe, folderOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { asking, type StripeClient } from "./client.ts";
import { webhookSecretPaths } from "./paths.ts";
import { webhooksOf } from "./webhooks.ts";

/** What a project has to hear of. Every other type is neither sent nor missed. */
export const EVENTS = [
  "checkout.session.completed",
  "customer.subscription.created",
  "customer.subscription.deleted",
  "customer.subscription.paused",
  "customer.subscription.resumed",
  "customer.subscription.trial_will_end",
  "customer.subscription.updated",
  "invoice.created",
  "invoice.finalized",
  "invoice.paid",
  "invoice.payment_failed",
  "invoice.voided",
] as const satisfies Stripe.WebhookEndpointCreateParams.EnabledEvent[];

export type EnsuredWebhookEndpoint = {
  project: string;
  id: string;
  url: string;
  events: readonly string[];
  /** Where the signing secret lies in Windmill. */
  secret: string;
  /** The endpoint before the last rotation, while both are valid. */
  previous: { id: string; validUntil: string } | null;
  status: "created" | "updated" | "rotated" | "unchanged";
};

type Ports = { sql: Sql; stripe: StripeClient; workspace: Workspace; now?: () => number };
type Endpoint = Stripe.WebhookEndpoint;
type Wanted = { project: string; url: string; rotate?: boolean; graceHours?: number };

/**
 * Makes Stripe send a project's events to its route, signed with a secret that lies in Windmill. With `rotate` a second
 * endpoint with a new secret takes over; both send, and both secrets are valid, until the grace is over, and the next call
 * removes the old one. A call that died before it kept the secret gets the same one again for a day, and a new endpoint
 * after that. Throws InvalidInput for a grace that is not 1 to 168 hours.
 */
export async function ensureWebhookEndpoint(ports: Ports, wanted: Wanted): Promise<EnsuredWebhookEndpoint> {
  const { project, url, rotate = false, graceHours = 24 } = wanted;
  if (!(graceHours >= 1 && graceHours <= 168)) {
    throw new InvalidInputError(`graceHours must be a number from 1 to 168; got ${describe(graceHours)}`, {
      hint: "Leave it out for 24 hours.",
      details: { argument: "graceHours" },
    });
  }
  const { sql } = ports;
  const asked = { project, url, rotate, graceHours };
  return operate({ sql, verb: "infra/stripe/ensure_webhook_endpoint", project, arguments: asked }, async () => {
    const state = await look(ports, wanted);
    if (rotate && state.current) return replace(ports, wanted, state, graceHours);
    if (!state.current) return replace(ports, wanted, state, 0);
    const ended = await endGrace(ports, wanted, state.previous);
    const changed = await correct(ports, state.current, url);
    return answer(
      wanted,
      state.current,
      ended ? undefined : state.previous,
      changed || ended ? "updated" : "unchanged",
    );
  });
}

type State = { current?: Endpoint; previous?: Endpoint; generation: number; secret?: string };

/** The newest endpoint of the project whose secret we have, and the one that is on its way out. */
async function look({ stripe, workspace }: Ports, { project }: Wanted): Promise<State> {
  const [found, secret] = await Promise.all([
    webhooksOf(stripe, project),
    workspace.getSecret(webhookSecretPaths(project).current),
  ]);
  const own = found.sort((a, b) => generationOf(b) - generationOf(a));
  const retiring = own.find(({ metadata }) => metadata.retire_at);
  const generation = Math.max(0, ...own.map(generationOf));
  // The secret says which endpoint it is of, so that one whose secret was lost is seen and not trusted.
  const current = own.find(
    (one) => !one.metadata.retire_at && secret !== undefined && one.metadata.secret === digest(secret),
  );
  return {
    ...(current ? { current } : {}),
    ...(retiring ? { previous: retiring } : {}),
    generation,
    ...(secret ? { secret } : {}),
  };
}

/** A new endpoint with a new secret. What was there before is retired after the grace; without grace, or a secret, at once. */
async function replace(
  ports: Ports,
  wanted: Wanted,
  state: State,
  graceHours: number,
): Promise<EnsuredWebhookEndpoint> {
  const { stripe, workspace, now = Date.now } = ports;
  const { project, url } = wanted;
  const paths = webhookSecretPaths(project);
  const generation = state.generation + 1;
  // The same for a call that died before it kept the secret; another one once there was a secret to keep.
  const key = `webhook:${project}:${digest(url)}:${generation}:${digest(state.secret ?? "")}`;
  const { secret = "", ...made } = await asking("create a webhook endpoint", () =>
    stripe.webhookEndpoints.create(
      {
        url,
        enabled_events: [...EVENTS],
        metadata: { project, generation: String(generation) },
        description: `run8n project ${project}`,
      },
      { idempotencyKey: key },
    ),
  );
  await workspace.ensureFolder(folderOf(project));
  const before = state.current && (await workspace.getSecret(paths.current));
  if (state.previous) await retire(ports, project, state.previous);
  if (before)
    await workspace.setSecret(
      paths.previous,
      before,
      "Stripe signed with this one before; valid until the grace is over",
    );
  await workspace.setSecret(paths.current, secret, "Stripe signs the project's events with it");
  const current = await asking("mark a webhook endpoint", () =>
    stripe.webhookEndpoints.update(made.id, { metadata: { secret: digest(secret) } }),
  );
  if (!state.current) {
    await dropOthers(ports, project, current.id);
    return answer(wanted, current, undefined, "created");
  }
  const retire_at = new Date(now() + graceHours * 3_600_000).toISOString();
  const id = state.current.id;
  const previous = await asking("retire a webhook endpoint", () =>
    stripe.webhookEndpoints.update(id, { metadata: { retire_at } }),
  );
  return answer(wanted, current, previous, "rotated");
}

async function endGrace(ports: Ports, { project }: Wanted, previous: Endpoint | undefined): Promise<boolean> {
  const { now = Date.now } = ports;
  if (!previous || Date.parse(previous.metadata.retire_at ?? "") > now()) return false;
  await retire(ports, project, previous);
  return true;
}

async function retire({ stripe, workspace }: Ports, project: string, { id }: Endpoint): Promise<void> {
  await asking("delete a webhook endpoint", () => stripe.webhookEndpoints.del(id));
  await workspace.deleteSecret(webhookSecretPaths(project).previous);
}

/** Endpoints whose secret nobody has: every event they send is refused. */
async function dropOthers({ stripe }: Ports, project: string, kept: string): Promise<void> {
  for (const { id } of await webhooksOf(stripe, project)) {
    if (id !== kept) await asking("delete a webhook endpoint", () => stripe.webhookEndpoints.del(id));
  }
}

async function correct(
  { stripe }: Ports,
  { id, url: found, enabled_events, status }: Endpoint,
  url: string,
): Promise<boolean> {
  const same = found === url && status === "enabled" && [...enabled_events].sort().join() === [...EVENTS].sort().join();
  if (same) return false;
  await asking("update a webhook endpoint", () =>
    stripe.webhookEndpoints.update(id, { url, enabled_events: [...EVENTS], disabled: false }),
  );
  return true;
}

const answer = (
  { project, url }: Wanted,
  { id }: Endpoint,
  previous: Endpoint | undefined,
  status: EnsuredWebhookEndpoint["status"],
): EnsuredWebhookEndpoint => ({
  project,
  id,
  url,
  events: EVENTS,
  secret: webhookSecretPaths(project).current,
  previous: previous ? { id: previous.id, validUntil: previous.metadata.retire_at ?? "" } : null,
  status,
});

const generationOf = ({ metadata }: Endpoint): number => Number(metadata.generation) || 0;
const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
