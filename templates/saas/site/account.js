import { api, Problem, setPassword, signOut, takeLink } from "./auth.js";
import { onSubmit, say } from "./forms.js";

const find = (id) => document.getElementById(id);
const copy = (id) => find(id).content.firstElementChild.cloneNode(true);

try {
  const purpose = takeLink();
  const invite = new URLSearchParams(location.search).get("invite");
  if (invite) await accept(invite);
  show(await join());
  find("new-password").hidden = purpose !== "recovery";
} catch (problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.code === "link") location.replace("/signin.html?link=old");
  else if (problem.code === "unauthorized") location.replace(`/signin.html?next=${encodeURIComponent(location.pathname + location.search)}`);
  else find("notice").textContent = problem.message;
}

/** An invitation that a mail has led to. One that is not there any more is no reason to keep somebody out. */
async function accept(id) {
  history.replaceState(null, "", location.pathname);
  await api(`auth/invites/${encodeURIComponent(id)}/accept`, { method: "POST" }).catch((problem) => {
    if (problem.code !== "not_found") throw problem;
  });
}

/** Whoever is signed in for the first time joins the project now. */
async function join() {
  const session = await api("auth/session");
  if (session.account) return session;
  await api("auth/account", { method: "POST", body: {} });
  return api("auth/session");
}

function show({ user, account, organizations, invites }) {
  find("email").textContent = user.email;
  find("new-password").elements.namedItem("username").value = user.email;
  find("profile").elements.namedItem("name").value = account.name ?? "";
  find("invites").replaceChildren(...invites.map(inviteCard));
  find("organizations").replaceChildren(...organizations.map(organizationCard));
  find("notice").textContent = "";
  find("account").hidden = false;
  find("signout").hidden = false;
}

function inviteCard({ id, name }) {
  const card = copy("invite");
  card.querySelector("h2").textContent = `You are invited to ${name}`;
  card.querySelector("button").addEventListener("click", async () => {
    try {
      await api(`auth/invites/${id}/accept`, { method: "POST" });
      show(await api("auth/session"));
    } catch (problem) {
      say(card, problem.message);
    }
  });
  return card;
}

function organizationCard({ organization, name, role }) {
  const card = copy("organization");
  const form = card.querySelector("form");
  card.querySelector("h2").textContent = name;
  card.querySelector(".role").textContent = `You are its ${role}.`;
  form.hidden = role === "member";
  const list = async () => {
    const { items } = await api(`auth/organizations/${organization}/members`);
    card.querySelector(".members").replaceChildren(...items.map(memberLine));
  };
  onSubmit(form, async ({ email }) => {
    await api(`auth/organizations/${organization}/invites`, { method: "POST", body: { email } });
    form.reset();
    await list();
    return `We have written to ${email}.`;
  });
  list().catch((problem) => say(form, problem.message));
  return card;
}

function memberLine({ email, name, role, status }) {
  const line = document.createElement("li");
  line.textContent = `${name ?? email}, ${status === "invited" ? "invited" : role}`;
  return line;
}

onSubmit(find("profile"), async ({ name }) => {
  await api("auth/profile", { method: "PATCH", body: { name } });
  return "Saved.";
});

onSubmit(find("new-password"), async ({ password }) => {
  await setPassword(password);
  find("new-password").hidden = true;
  find("notice").textContent = "Your new password is saved.";
});

find("signout").addEventListener("click", async () => {
  await signOut();
  location.assign("/");
});
