import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applyProject } from "../apply_project.ts";
import { CHECKOUT } from "../connection.ts";
import type { Up } from "../local/up.ts";
import type { Windmill } from "../windmill.ts";
import { browse } from "./browse.ts";
import { type Check, check, must } from "./check.ts";

const NAME = "subscribers";
const PATIENCE_MS = 30_000;

type Billing = { features: string[]; subscription: { status: string; cancelAt: string | null } | null };

/** The way of a customer through an app that sells a plan: signs up, confirms by mail, pays, and ends it. */
export async function sellPlan(up: Up, windmill: Windmill): Promise<Check[]> {
  const checks: Check[] = [];
  const run = async (name: string, work: () => Promise<string>) => void checks.push(await check(name, work));
  let site = "";
  let token = "";
  let billing = "";
  const email = `ada-${randomBytes(4).toString("hex")}@example.com`;
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const { status, body: text } = await browse(new URL(path, site).href, {
      method,
      headers: {
        ...(body ? { "content-type": "application/json" } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    must(status < 300, `${method} ${path} answered ${status}: ${text.slice(0, 200)}`);
    return (text ? JSON.parse(text) : undefined) as T;
  };

  await run("an app that sells a plan is live", async () => {
    const manifest = JSON.parse(
      readFileSync(join(CHECKOUT, "templates/saas/run8n.json"), "utf8").replaceAll("{{name}}", NAME),
    );
    const applied = await applyProject(windmill, { name: NAME, template: "saas", manifest });
    site = applied.url;
    return `${applied.status}, ${site}`;
  });
  await run("somebody signs up and confirms by mail", async () => {
    await ask("POST", "/auth/v1/signup", { email, password: randomBytes(12).toString("hex") });
    const { headers } = await browse(await confirmationLink(up, email));
    token = new URLSearchParams(new URL(String(headers.location)).hash.slice(1)).get("access_token") ?? "";
    must(token !== "", "the mail's link led to no session");
    await ask("POST", "/api/auth/account", {});
    const { organizations } = await ask<{ organizations: { organization: string }[] }>("GET", "/api/auth/session");
    billing = `/api/organizations/${organizations[0]?.organization}/billing`;
    return `${email}, an organization of their own`;
  });
  await run("pays on Stripe's page, and has the plan once Stripe has said so", async () => {
    const { url } = await ask<{ url: string }>("POST", `${billing}/checkout`, { plan: "pro", interval: "month" });
    const paid = await browse(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ email, number: "4242 4242 4242 4242", expiry: "12 / 34", cvc: "123" }).toString(),
    });
    must(paid.status === 303, `the page answered ${paid.status}`);
    const { features } = await eventually(
      () => ask<Billing>("GET", billing),
      (now) => now.features.includes("reports"),
    );
    return `features ${features.join(", ")}`;
  });
  await run("cancels, and keeps the plan until its period ends", async () => {
    const { features, subscription } = await ask<Billing>("POST", `${billing}/cancel`, {});
    must(features.includes("reports") && Boolean(subscription?.cancelAt), "the plan is gone already, or has no end");
    return `until ${subscription?.cancelAt}`;
  });
  return checks;
}

/** What the mail says to follow; mails of the local stack are caught by maildev. */
async function confirmationLink({ stack }: Up, email: string): Promise<string> {
  type Mail = { to: { address: string }[]; text: string };
  const url = `${stack.services.maildev.url}/email`;
  const read = async () => JSON.parse((await browse(url)).body) as Mail[];
  const toThem = (mails: Mail[]) => mails.find(({ to }) => to.some(({ address }) => address === email));
  const mails = await eventually(read, (all) => toThem(all) !== undefined);
  return /https?:\/\/\S+/.exec(toThem(mails)?.text ?? "")?.[0] ?? "";
}

async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    must(Date.now() < until, "it did not come within half a minute");
    await sleep(200);
  }
}
