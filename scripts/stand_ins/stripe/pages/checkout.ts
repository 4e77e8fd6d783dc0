import type Stripe from "stripe";
import { Problem } from "../http/problem.ts";
import { completeSession, type SessionMemo } from "../objects/complete_session.ts";
import { tokenOfNumber } from "../objects/payment_methods.ts";
import type { World } from "../world.ts";
import { alertOf, escaped, money, page } from "./layout.ts";

/** The page that a checkout session leads to: what is bought, and a card to pay with. */
export const checkoutPage = (world: World) => ({
  GET: (request: Bun.BunRequest<"/c/pay/:id">) => show(world, request.params.id),
  POST: (request: Bun.BunRequest<"/c/pay/:id">) => pay(world, request.params.id, request),
});

function show(world: World, id: string, problem?: string): Response {
  const session = world.store.find<Stripe.Checkout.Session>(id);
  if (session?.object !== "checkout.session")
    return page("Not found", "<h1>There is no such checkout session</h1>", 404);
  if (session.status !== "open")
    return page("Checkout", `<h1>This session is ${escaped(session.status ?? "over")}</h1>`, 410);
  const { items, trialDays } = world.store.memo<SessionMemo>(id)!;
  const lines = items.map(({ price: priceId, quantity }) => {
    const price = world.store.get<Stripe.Price>(priceId);
    const product = world.store.get<Stripe.Product>(price.product as string);
    const amount = money((price.unit_amount ?? 0) * (quantity ?? 1), price.currency);
    const per = price.recurring?.usage_type === "metered" ? "unit used" : price.recurring?.interval;
    return `<h1>Subscribe to ${escaped(product.name)}</h1><p class="price">${amount} <small>per ${per}</small></p>`;
  });
  const customer = session.customer ? world.store.get<Stripe.Customer>(session.customer as string) : undefined;
  const email = customer?.email ?? session.customer_email;
  return page(
    "Checkout",
    `${lines.join("")}
    <p class="note">${trialDays ? `${trialDays} days free, then the price above` : "Cancel at any time"}</p>
    ${alertOf(problem)}
    <form method="post">
      <label for="email">Email</label>
      <input id="email" name="email" type="email" autocomplete="email" required ${email ? `value="${escaped(email)}" readonly` : ""}>
      <label for="number">Card number</label>
      <input id="number" name="number" inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242" required>
      <div class="pair">
        <div><label for="expiry">Expiry</label><input id="expiry" name="expiry" placeholder="MM / YY" autocomplete="cc-exp" required></div>
        <div><label for="cvc">CVC</label><input id="cvc" name="cvc" inputmode="numeric" placeholder="123" autocomplete="cc-csc" required></div>
      </div>
      <button>${trialDays ? "Start trial" : "Subscribe"}</button>
    </form>
    ${session.cancel_url ? `<p class="note"><a href="${escaped(session.cancel_url)}">Back</a></p>` : ""}`,
    problem ? 402 : 200,
  );
}

async function pay(world: World, id: string, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  try {
    const token = tokenOfNumber(form.get("number") ?? "");
    const email = form.get("email") ?? undefined;
    const { success_url } = world.store.transaction(() => completeSession(world, id, token, email));
    const location = success_url!.replaceAll("{CHECKOUT_SESSION_ID}", id);
    return new Response(null, { status: 303, headers: { location } });
  } catch (error) {
    if (error instanceof Problem) return show(world, id, error.message);
    throw error;
  }
}
