import { organization } from "./organization.js";

const find = (id) => document.getElementById(id);
const HERE = "/billing.html";
/** How long to look for a payment that has just been made: the news comes from Stripe, on another way. */
const PATIENCE_MS = 20_000;

const team = await organization();

async function waitForPlan() {
  const until = Date.now() + PATIENCE_MS;
  find("notice").textContent = "Thank you. Your payment is being confirmed…";
  while (Date.now() < until) {
    const billing = await team.billing();
    if (billing.subscription) return show(billing, "Thank you. Your plan is active.");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  find("notice").textContent = "Your payment is not confirmed yet. Please look again in a few minutes.";
}

function show({ subscription }, notice) {
  const running = subscription && subscription.status !== "canceled";
  find("plan").textContent = running ? "You are on Pro" : "You are on Free";
  find("until").textContent = running ? stateOf(subscription) : "Lists for your whole team.";
  find("current").hidden = false;
  find("offer").hidden = Boolean(running) || !team.mayBuy;
  find("cancel").hidden = !running || Boolean(subscription.cancelAt) || !team.mayBuy;
  find("keep").hidden = !running || !subscription.cancelAt || !team.mayBuy;
  find("manage").hidden = !subscription || !team.mayBuy;
  find("notice").textContent = notice;
}

function stateOf({ status, cancelAt, graceUntil, trialEnd, currentPeriodEnd }) {
  if (status === "past_due") return `A payment is missing. Please check your payment method: Pro stays until ${day(graceUntil)}.`;
  if (cancelAt) return `It ends on ${day(cancelAt)}. Until then nothing changes.`;
  if (status === "trialing") return `Your trial ends on ${day(trialEnd)}.`;
  return `It renews on ${day(currentPeriodEnd)}.`;
}

const day = (time) => new Date(time).toLocaleDateString("en", { dateStyle: "long", timeZone: "UTC" });

/** Does what a button is for, once at a time; what goes wrong is said at the top. */
function onClick(button, act) {
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      await act();
    } catch (problem) {
      find("notice").textContent = problem.message;
    }
    button.removeAttribute("aria-disabled");
  });
}

for (const button of document.querySelectorAll("[data-plan]")) {
  const { plan, interval } = button.dataset;
  onClick(button, async () => location.assign((await team.ask("checkout", { plan, interval, returnPath: HERE })).url));
}
onClick(find("manage"), async () => location.assign((await team.ask("portal", { returnPath: HERE })).url));
onClick(find("cancel"), async () => show(await team.ask("cancel", { ending: "period_end" }), "Your plan will end."));
onClick(find("keep"), async () => show(await team.ask("cancel", { ending: "never" }), "Your plan goes on."));

if (team) await begin();

async function begin() {
  const checkout = new URLSearchParams(location.search).get("checkout");
  history.replaceState(null, "", HERE);
  show(await team.billing(), checkout === "canceled" ? "Nothing was bought." : "");
  if (checkout === "done") await waitForPlan();
}
