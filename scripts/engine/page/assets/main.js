import { connect } from "./api.js";
import { frame } from "./frame.js";
import { askForToken } from "./sign_in.js";

const KEPT = "run8n-engine-token";

/** A token in the address is kept for this tab and taken out of the address, where it would be copied and logged. */
function tokenGiven() {
  const url = new URL(location.href);
  const given = url.searchParams.get("token");
  if (given === null) return;
  sessionStorage.setItem(KEPT, given.trim());
  url.searchParams.delete("token");
  history.replaceState(null, "", url);
}

/** @param {string} [complaint] */
async function start(complaint) {
  const kept = sessionStorage.getItem(KEPT);
  if (!kept) return askForToken(signIn, complaint);
  const leave = (/** @type {string} */ why) => {
    sessionStorage.removeItem(KEPT);
    void start(why);
  };
  try {
    const api = await connect(kept, () =>
      leave("The engine does not accept this token any more. Paste the one it has now."),
    );
    frame(api, () => leave(""));
  } catch (error) {
    const { status, message } = /** @type {import("./api.js").ApiFailure} */ (error);
    if (status === 401)
      return leave("The engine refused this token. Paste the one it was started with (RUN8N_ENGINE_TOKEN).");
    if (status === 403) return leave(`This token may not use the page. ${message}`);
    askForToken(signIn, "The engine does not answer. Start it, then try again.");
  }
}

/** @param {string} token */
function signIn(token) {
  sessionStorage.setItem(KEPT, token);
  return start();
}

tokenGiven();
await start();
