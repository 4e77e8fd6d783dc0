// The organization that a page is about: the first one of whoever is signed in, and what it may have.

import { api, Problem } from "./auth.js";

/** Nothing for who is not signed in: they are on their way to the sign-in page then. */
export async function organization() {
  try {
    const { organizations } = await api("auth/session");
    const [first] = organizations;
    if (!first) return void location.replace("/account.html"); // which makes one
    const path = `organizations/${first.organization}/billing`;
    return {
      mayBuy: first.role !== "member",
      billing: () => api(path),
      ask: (act, body) => api(`${path}/${act}`, { method: "POST", body }),
    };
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== "unauthorized") throw problem;
    return void location.replace(`/signin.html?next=${encodeURIComponent(location.pathname)}`);
  }
}
