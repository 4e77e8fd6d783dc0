import { sendLink, sendRecovery, session, signIn } from "./auth.js";
import { onSubmit, say } from "./forms.js";

const form = document.getElementById("signin");
const email = form.elements.namedItem("email");

/** Only back to a page of this site: the address is what somebody may have been sent. */
function next() {
  const wanted = new URL(new URLSearchParams(location.search).get("next") ?? "/account.html", location.origin);
  return wanted.origin === location.origin ? wanted.pathname + wanted.search : "/account.html";
}

onSubmit(form, async ({ email: address, password }) => {
  await signIn(address, password);
  location.assign(next());
});

function mailing(id, send, text) {
  document.getElementById(id).addEventListener("click", async () => {
    if (!email.reportValidity()) return;
    try {
      await send(email.value);
      say(form, text);
    } catch (problem) {
      say(form, problem.message);
    }
  });
}
mailing("link", sendLink, "We have sent you a link. It signs you in.");
mailing("forgot", sendRecovery, "If this address has an account, a link to another password is on its way.");

if (new URLSearchParams(location.search).has("link")) {
  document.getElementById("notice").textContent = "That link has been used or is too old. Please sign in, or ask for a new one.";
} else if (await session().catch(() => undefined)) location.replace(next());
